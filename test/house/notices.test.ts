import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { notices, productionDependencies } from "../../tools/notices.ts";

/** Licences that ask for no more than their notice. */
const ALLOWED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT"];

/** Of `(A OR B)`, one is enough. */
function isAllowed(license: string): boolean {
  return license
    .replaceAll(/[()]/g, "")
    .split(" OR ")
    .some((one) => ALLOWED.includes(one));
}

test("every production dependency has a licence that is allowed", () => {
  const dependencies = productionDependencies();
  expect(dependencies.length).toBeGreaterThan(100);
  expect(dependencies.filter(({ license }) => !isAllowed(license))).toEqual([]);
});

test.each(["GPL-3.0", "none", "MIT AND GPL-2.0", "(GPL-2.0 OR AGPL-3.0)"])("%s is refused", (license) => {
  expect(isAllowed(license)).toBe(false);
});

test("the notices are those of package-lock.json; if not: npm run notices", () => {
  expect(readFileSync("THIRD-PARTY-NOTICES.txt", "utf8")).toBe(notices());
});

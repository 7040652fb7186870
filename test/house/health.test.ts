import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MISSING_CODES } from "../../src/core/missing.ts";

test("docs/operations/monitoring.md says what each code of /readyz means", () => {
  const page = readFileSync("docs/operations/monitoring.md", "utf8");
  expect([...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code)).toEqual(MISSING_CODES);
});

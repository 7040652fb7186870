import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Where it is worked out what somebody may do: everybody else asks `authorize`. */
const PEOPLE = ["src/people/", "src/model/"];
/** It reads nothing: the port hands over what the server says. */
const ALLOWED = ["src/adapters/urbancode/shapes.ts"];

function worksOutRights(text: string): boolean {
  return /from ".*\/(?:people|model)\/(?:missing-rights|rights|approver)\.ts"|\bmissingRights\(|\bholds(?:On|Everywhere|Somewhere)\(/.test(
    text,
  );
}

test.each([
  'import { readGrants } from "../people/rights.ts";',
  'import { holdsOn } from "../../model/rights.ts";',
  "if (holdsSomewhere(grants, VIEW)) return true;",
])("is found: %s", (text) => {
  expect(worksOutRights(text)).toBe(true);
});

test("only the people's room works out what somebody may do", () => {
  const files = ["src", "commands"]
    .flatMap((room) => readdirSync(room, { recursive: true, encoding: "utf8" }).map((file) => join(room, file)))
    .filter((file) => file.endsWith(".ts") && !PEOPLE.some((folder) => file.startsWith(folder)));
  expect(files.filter((file) => worksOutRights(readFileSync(file, "utf8"))).sort()).toEqual(ALLOWED);
});

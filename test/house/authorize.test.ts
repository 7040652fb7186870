import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Usergroups } from "../../src/core/ports.ts";
import { createAuthorize } from "../../src/people/authorize.ts";
import type { Identities } from "../../src/people/identity.ts";

/** Where it is worked out what somebody may do: everybody else asks `authorize`. */
const PEOPLE = ["src/people/", "src/model/"];
/** It reads nothing: the port hands over what the server says. */
const ALLOWED = ["src/adapters/urbancode/rights-shapes.ts"];

function worksOutRights(text: string): boolean {
  return /from ".*\/(?:people|model)\/(?:missing-rights|read-grants|rights)\.ts"|\b(?:missingRights|readRights)\(|\bholds(?:On|Everywhere|Somewhere)\(/.test(
    text,
  );
}

test.each([
  'import { readGrants } from "../people/read-grants.ts";',
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

test("what somebody may do is learned by four questions", () => {
  const identities = {} as Identities;
  const authorize = createAuthorize({
    identities,
    tokens: { of: async () => undefined },
    usergroups: {} as Usergroups,
  });
  expect(Object.keys(authorize).sort()).toEqual(["asApprover", "asOwner", "onAgents", "onAny"]);
});

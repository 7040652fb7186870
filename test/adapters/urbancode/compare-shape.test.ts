import fc from "fast-check";
import { expect, test } from "vitest";
import { compareShape } from "../../../src/adapters/urbancode/compare-shape.ts";
import { agentsShape, detailShape, statusesShape, systemShape } from "../../../src/adapters/urbancode/shapes.ts";

const AGENT = { id: "1", name: "web-1", status: null, active: true };

test.each([
  [
    "a type that the client forgives",
    agentsShape,
    [{ ...AGENT, lastContact: "now" }],
    ["[].lastContact is string, not number or null"],
  ],
  ["what the client needs", agentsShape, [AGENT, { id: "2" }], ["has no [].name, which Drydock needs"]],
  ["a list that is none", agentsShape, { agents: [] }, ["it is object, not array"]],
  [
    "either of two kinds",
    agentsShape,
    [{ ...AGENT, tags: ["a", { name: "b" }, 3] }],
    ["[].tags[] is number, not string or object"],
  ],
  ["any key of a map", statusesShape, { ONLINE: 3, OFFLINE: "4" }, ["* is string, not number"]],
  [
    "what is deep inside",
    detailShape,
    { ...AGENT, security: { "View Agents": "yes" }, extendedSecurity: { teams: [{}] } },
    ["security.* is string, not boolean or null", "has no extendedSecurity.teams[].teamId, which Drydock needs"],
  ],
] as const)("tells %s", (_what, shape, value, differences) => {
  expect(compareShape(value, shape).differences).toEqual(differences);
});

test("tells what was not seen and what nobody reads, and nothing of an empty list", () => {
  expect(compareShape({ externalUserURL: "https://x", maintenanceModeEnabled: false }, systemShape)).toEqual({
    differences: [],
    absent: ["enableInactiveLinks", "externalURL"],
    unread: ["externalUserURL (string)"],
  });
  expect(compareShape([], agentsShape)).toEqual({ differences: [], absent: [], unread: [] });
});

test("whatever the answer, no value of it is told, and no key that may be one", () => {
  const secret = fc.string({ minLength: 1 }).map((text) => `${text}@SECRET`);
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      secret,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(
        fc.oneof(secret, fc.constantFrom("id", "name", "tags", "security", "extendedSecurity", "teams", "x")),
        tie("any"),
        { maxKeys: 5 },
      ),
    ),
  })).any;
  fc.assert(
    fc.property(value, fc.constantFrom(agentsShape, detailShape, statusesShape), (answer, shape) => {
      expect(JSON.stringify(compareShape(answer, shape))).not.toContain("SECRET");
    }),
  );
});

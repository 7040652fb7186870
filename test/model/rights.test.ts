import { describe, expect, test } from "vitest";
import type { AgentTeam } from "../../src/core/agent.ts";
import { wantedPermissions } from "../../src/model/policy.ts";
import { type Grants, holdsEverywhere, missingRights, SYSTEM_TEAM_ID } from "../../src/model/rights.ts";
import { type NamedRole, roleByName } from "../../src/model/role-names.ts";
import { policyWith } from "../support/policy.ts";

const WEB: AgentTeam = { teamId: "web", teamName: "Web", roleId: undefined };
const WEB_SPECIAL: AgentTeam = { teamId: "web", teamName: "Web", roleId: "special" };
const DATA: AgentTeam = { teamId: "data", teamName: "Data", roleId: undefined };

function grants(teamId: string, actions: readonly (readonly [string, string?])[]): Grants {
  const role = { id: "r", name: "Role", actions: actions.map(([name, agentTypeId]) => ({ name, agentTypeId })) };
  return { mappings: [{ teamId, roleId: "r" }], roles: new Map([["r", role]]) };
}

describe("a right on an agent", () => {
  test.each<readonly [string, Grants, readonly AgentTeam[], readonly string[]]>([
    ["is held through a team that both are in", grants("web", [["View Agents"]]), [WEB], []],
    ["is not held through another team", grants("data", [["View Agents"]]), [WEB], ["View Agents"]],
    ["is held through any of the agent's teams", grants("data", [["View Agents"]]), [WEB, DATA], []],
    [
      "for the standard type does not cover a subtype",
      grants("web", [["View Agents"]]),
      [WEB_SPECIAL],
      ["View Agents"],
    ],
    ["for a subtype covers that subtype", grants("web", [["View Agents", "special"]]), [WEB_SPECIAL], []],
    [
      "for a subtype does not cover the standard type",
      grants("web", [["View Agents", "special"]]),
      [WEB],
      ["View Agents"],
    ],
    ["on the System Team covers every agent", grants(SYSTEM_TEAM_ID, [["View Agents"]]), [WEB_SPECIAL], []],
    ["on the System Team covers agents without a team", grants(SYSTEM_TEAM_ID, [["View Agents"]]), [], []],
    [
      "on the System Team for a subtype covers only that subtype",
      grants(SYSTEM_TEAM_ID, [["View Agents", "special"]]),
      [WEB],
      ["View Agents"],
    ],
    ["is another one", grants("web", [["Delete"]]), [WEB], ["View Agents"]],
    ["is not held on an agent without teams", grants("web", [["View Agents"]]), [], ["View Agents"]],
    [
      "is not held through a role that could not be read",
      { mappings: [{ teamId: "web", roleId: "unread" }], roles: new Map() },
      [WEB],
      ["View Agents"],
    ],
  ])("%s", (_name, held, teams, missing) => {
    expect(missingRights(held, ["View Agents"], teams)).toEqual(missing);
  });

  test("on the System Team for a subtype is not held everywhere", () => {
    expect(holdsEverywhere(grants(SYSTEM_TEAM_ID, [["View Agents", "special"]]), "View Agents")).toBe(false);
  });
});

describe("a right by the configured name of a role", () => {
  const STANDARD: NamedRole = { permissions: ["View Agents"], subtypes: [] };
  const BOTH: NamedRole = { permissions: ["View Agents"], subtypes: ["Production Agent"] };
  const named = (teamId: string, carried: NamedRole): Grants => {
    const role = roleByName({ Upgrader: carried }, { id: "r", name: "Upgrader" });
    return { mappings: [{ teamId, roleId: "r" }], roles: new Map(role ? [["r", role]] : []) };
  };
  const typed = (roleName: string | undefined): AgentTeam => ({ ...WEB, roleId: "special", roleName });

  test.each<readonly [string, Grants, readonly AgentTeam[], boolean]>([
    ["is for the standard type", named("web", STANDARD), [WEB], true],
    ["is for no subtype that is not listed", named("web", STANDARD), [typed("Production Agent")], false],
    ["is for a subtype that is listed by name", named("web", BOTH), [typed("Production Agent")], true],
    ["is for no other subtype", named("web", BOTH), [typed("Test Agent")], false],
    ["is for no subtype without a name", named("web", BOTH), [typed(undefined)], false],
    [
      "is for a subtype that is listed by its id",
      named("web", { ...BOTH, subtypes: ["special"] }),
      [typed(undefined)],
      true,
    ],
    ["is for no other team", named("data", BOTH), [WEB, typed("Production Agent")], false],
    ["covers every agent through the System Team", named(SYSTEM_TEAM_ID, STANDARD), [typed("Test Agent")], true],
  ])("%s", (_name, held, teams, holds) => {
    expect(missingRights(held, ["View Agents"], teams)).toEqual(holds ? [] : ["View Agents"]);
  });

  test.each(["upgrader", "Upgrader ", "__proto__", "toString"])("is not given by a role called %j", (name) => {
    expect(roleByName({ Upgrader: STANDARD }, { id: "r", name })).toBeUndefined();
  });

  test("a subtype that the server tells by its id is never matched by a name", () => {
    const held = grants("web", [["View Agents", "Production Agent"]]);
    expect(missingRights(held, ["View Agents"], [typed("Production Agent")])).toEqual(["View Agents"]);
  });
});

test.each<readonly [string, readonly string[], readonly string[]]>([
  ["a server that has it", ["View Agents", "Upgrade Agents"], ["View Agents", "Upgrade Agents"]],
  ["a server that does not have it (before 6.2.7)", ["View Agents"], ["View Agents"]],
])("Upgrade Agents on %s", (_server, known, wanted) => {
  const policy = policyWith({ required: ["View Agents"], whereKnown: ["Upgrade Agents"] });
  expect(wantedPermissions(policy, new Set(known))).toEqual(wanted);
});

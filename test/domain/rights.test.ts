import { describe, expect, test } from "vitest";
import type { AgentTeam } from "../../src/domain/agent.ts";
import { type Grants, holdsEverywhere, missingRights, SYSTEM_TEAM_ID } from "../../src/domain/rights.ts";

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

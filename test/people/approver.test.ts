import { describe, expect, test } from "vitest";
import { SlackError } from "../../src/core/ports.ts";
import { ServerError } from "../../src/model/deploy-server.ts";
import type { Approvers, Policy } from "../../src/model/policy.ts";
import { createApproverQuestion } from "../../src/people/approver.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { policyWith } from "../support/policy.ts";

const ROLE = { role: "Release", team: "Web" };
const rules = (given: Partial<Approvers>): Policy =>
  policyWith({ approvers: { people: [], usergroups: [], usergroupPermissions: [], roles: [], ...given } });
const named = rules({ people: ["U0ANN"] });
const grouped = rules({ usergroups: ["S1", "S2"], usergroupPermissions: ["Upgrade Agents"] });
const byRole = rules({ roles: [ROLE] });
const nobody = rules({});

interface Given {
  readonly asked?: Policy;
  /** The usergroup in which Ann is. */
  readonly group?: string;
  /** The name of her role on the team Web, and what it carries. */
  readonly role?: string;
  readonly carries?: readonly string[];
  readonly slackIsAway?: true;
  readonly serverFails?: true;
}

/** What Ann lacks to approve by these rules. */
async function lack(policy: Policy, { asked, group, role, carries = [], slackIsAway, serverFails }: Given = {}) {
  const user = { id: "u", name: "ann", email: undefined, active: true, groups: [] };
  const urbancode = {
    async roleMappings() {
      if (serverFails) throw new ServerError("failing", "503", 503);
      return role ? [{ teamId: "t", teamName: "Web", roleId: "r" }] : [];
    },
    role: async () => ({ id: "r", name: role, actions: carries.map((name) => ({ name, agentTypeId: undefined })) }),
  };
  const { asApprover } = createApproverQuestion({
    identities: { member: () => Promise.reject(), on: async () => ({ user, via: "mapping" }) },
    usergroups: {
      async members(id) {
        if (slackIsAway) throw new SlackError("away", "x", "x");
        return new Set(id === group ? ["U0ANN"] : []);
      },
    },
  });
  const server = { name: "prod", policy, urbancode } as unknown as ManagedServer;
  const { lacks } = await asApprover(server, "U0ANN", asked);
  return lacks && [lacks.code, lacks.why, lacks.approvers];
}

test.each<[string, Policy, Given]>([
  [
    "is named, whatever Slack and the server say",
    rules({ people: ["U0ANN"], usergroups: ["S1"] }),
    { slackIsAway: true, serverFails: true },
  ],
  ["is named by the rules then and now", named, { asked: rules({ people: ["U0BEN", "U0ANN"] }), slackIsAway: true }],
  [
    "is in any of the usergroups, with its permission",
    grouped,
    { group: "S2", role: "any", carries: ["Upgrade Agents"] },
  ],
  ["has the role on the team", byRole, { role: "Release" }],
  ["has the role now, and was named then", byRole, { asked: named, role: "Release" }],
])("who %s may approve", async (_who, policy, given) => {
  expect(await lack(policy, given)).toBeUndefined();
});

describe("what else people lack is told by the rule that they do not meet", () => {
  test.each<[string, Policy, Given, string, string]>([
    ["is not named", nobody, {}, "no-approver", "unlisted"],
    ["has another role", byRole, { role: "Tester" }, "no-approver", "role"],
    ["is in no usergroup", grouped, { role: "any", carries: ["Upgrade Agents"] }, "no-approver", "usergroup"],
    ["is in one without its permission", grouped, { group: "S1", role: "any" }, "no-permissions", "permission"],
    ["is in neither", rules({ usergroups: ["S1"], roles: [ROLE] }), {}, "no-approver", "usergroup-and-role"],
  ])("who %s", async (_who, policy, given, code, why) => {
    expect(await lack(policy, given)).toEqual([code, why, policy.approvers]);
  });

  test.each<[string, Policy, Policy, Policy, string]>([
    ["then, and is now", named, nobody, nobody, "not-when-asked"],
    ["now, and was then", nobody, named, nobody, "no-approver"],
  ])("who was not named %s", async (_when, now, asked, fails, code) => {
    expect(await lack(now, { asked })).toEqual([code, "unlisted", fails.approvers]);
  });
});

test("who is named by one of the rules alone is asked about", async () => {
  await expect(lack(named, { asked: grouped, slackIsAway: true })).rejects.toThrow(SlackError);
  await expect(lack(named, { asked: byRole, serverFails: true })).rejects.toThrow();
});

import { expect, test } from "vitest";
import { SlackError } from "../../src/core/ports.ts";
import { UserError } from "../../src/core/user-error.ts";
import { ServerError } from "../../src/model/deploy-server.ts";
import type { Rollout } from "../../src/model/rollout/rollout.ts";
import type { Authorize } from "../../src/people/authorize.ts";
import { mayPauseOrStopNow } from "../../src/people/may-pause-or-stop.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { manualClock } from "../support/manual-clock.ts";
import { policyWith } from "../support/policy.ts";
import { plannedAgent, planOf, requestOf, rolloutOf } from "../support/upgrades.ts";

const PLAN = planOf([plannedAgent("a")]);
const ROLE = { role: "Release", team: "Web" };
const policy = policyWith({
  approvers: { people: ["U0ANN"], usergroups: ["S1", "S2"], usergroupPermissions: [], roles: [ROLE] },
});
const user = (id: string) => ({ id, name: id });
/** Alice asked, Ben approved, Carol took it over from her, Dan from Carol. */
const rollout = requestOf(
  PLAN,
  policy,
  {},
  { type: "rollout.approved", data: { by: "U0BEN", serverUser: user("ben"), round: 1, hash: PLAN.hash } },
  {
    type: "rollout.started",
    data: { rollout: "prod-1", plan: PLAN, owner: "U0ALICE", serverUser: user("u"), channel: "C" },
  },
  { type: "rollout.handed-over", data: { by: "U0CAROL", serverUser: user("carol"), from: "U0ALICE" } },
  { type: "rollout.handed-over", data: { by: "U0DAN", serverUser: user("dan"), from: "U0CAROL" } },
);

type AsApprover = Authorize["asApprover"];

const identity = { user: { ...user("x"), email: undefined, active: true, groups: [] }, via: "mapping" } as const;
const holds: AsApprover = async () => ({ identity, lacks: undefined });
const lacks: AsApprover = async () => ({
  identity,
  lacks: { why: "role", code: "no-approver", approvers: policy.approvers },
});
const fails = (error: Error) => async () => Promise.reject(error);
const slackIsAway = fails(new SlackError("away", "x", "x"));

/** Whether this person may; asked, but for what is given, where Slack tells of both groups, and nobody has the role. */
async function may(
  person: string,
  given: {
    readonly role?: AsApprover;
    readonly members?: () => Promise<Set<string>>;
    readonly roles?: readonly [];
    readonly of?: Rollout;
    /** The configuration does not name its server any more. */
    readonly forgotten?: true;
  } = {},
) {
  const clock = manualClock();
  const { approvers } = policy;
  const rules = { ...policy, approvers: { ...approvers, roles: given.roles ?? approvers.roles } };
  const answer = mayPauseOrStopNow(
    given.of ?? rollout,
    {
      servers: new Map(given.forgotten ? [] : [["prod", { name: "prod", policy: rules } as ManagedServer]]),
      authorize: { asApprover: given.role ?? lacks },
      usergroups: { members: given.members ?? (async (group) => new Set(group === "S2" ? ["U0GIL"] : [])) },
      people: { emailDomains: [], mapping: new Map(), onCall: ["U0OLA"] },
      clock,
    },
    person,
  );
  // Longer than the server is waited for.
  await clock.advance(3_000);
  return await answer;
}

test.each([
  ["its owner", "U0DAN"],
  ["whoever asked for it", "U0ALICE"],
  ["whoever owned it", "U0CAROL"],
  ["whoever approved it", "U0BEN"],
  ["an approver by name", "U0ANN"],
  ["who is on call", "U0OLA"],
])("%s may pause and stop a rollout, although neither Slack nor the server answers", async (_who, person) => {
  expect(await may(person, { role: fails(new ServerError("failing", "x")), members: slackIsAway })).toBe(true);
});

test.each<[string, Parameters<typeof may>[1], boolean | undefined]>([
  ["without a role", {}, false],
  ["with the role", { role: holds }, true],
  ["with the role, while Slack does not answer", { role: holds, members: slackIsAway }, true],
  ["whom the server does not know", { role: fails(new UserError("account-not-found", "x")) }, false],
  ["of whom the server does not tell", { role: fails(new UserError("rights-unreadable", "x")) }, undefined],
  ["whose server fails", { role: fails(new ServerError("failing", "x")) }, undefined],
  ["whose server is slow", { role: () => new Promise(() => {}) }, undefined],
  ["of a rollout that nobody was asked about", { of: rolloutOf(PLAN) }, false],
  ["of a server that is not configured any more", { forgotten: true, role: holds }, false],
  ["where no role counts", { role: holds, roles: [] }, false],
  ["where no role counts, and Slack does not answer", { role: holds, roles: [], members: slackIsAway }, undefined],
])("whether anybody else may: one %s", async (_who, given, expected) => {
  expect(await may("U0EVE", given)).toBe(expected);
});

test("a member of any of the approvers' usergroups may, by Slack's word alone", async () => {
  expect(await may("U0GIL", { role: fails(new ServerError("failing", "x")) })).toBe(true);
});

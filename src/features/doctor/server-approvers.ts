import { data } from "../../core/view.ts";
import { withTimeout } from "../../core/with-timeout.ts";
import type { Policy } from "../../model/policy.ts";
import { createCountApprovers, MAX_LOOKED_AT } from "../../people/refuse-hopeless.ts";
import { PART_TIMEOUT, type ServerCheck } from "./check.ts";
import { type Found, ok, problem, unchecked } from "./finding.ts";

/** Whether the usergroups of approvers have members, and whether enough people can approve. */
export const serverApprovers: ServerCheck = {
  code: "approvers",
  async run(ports, server) {
    const { name, policy } = server;
    const until = ports.clock.monotonic() + PART_TIMEOUT;
    const groups = policy.approvers.usergroups;
    const sizes = await Promise.all(groups.map(async (group) => (await ports.usergroups.members(group)).size));
    const found: Found[] = groups
      .filter((_group, i) => sizes[i] === 0)
      .map((group) =>
        problem(
          "usergroup-empty",
          ["The usergroup ", data(group), ` does not exist or has no member. servers.${name}.approvers names it.`],
          [`Correct the id under servers.${name}.approvers.usergroups, or add members to the group in Slack.`],
        ),
      );
    const needed = mostApprovals(policy);
    if (needed === 0) return found;
    const late = new AbortController();
    const counting = createCountApprovers(ports)(server, { parties: [], needed, signal: late.signal });
    const counted = await withTimeout(ports.clock, until - ports.clock.monotonic(), counting);
    late.abort();
    if (counted === "enough") return [...found, ok("approvers", `Enough people can approve rollouts on ${name}.`)];
    if (counted === "many")
      return [
        ...found,
        unchecked("approvers", [`${name} has more than ${MAX_LOOKED_AT} approvers: Drydock does not look at each.`]),
      ];
    if (counted === undefined || counted === "untold")
      return [
        ...found,
        unchecked(
          "approvers",
          [`Drydock could not look at enough approvers of ${name} to say whether rollouts can be approved.`],
          ["Run doctor again in a minute."],
        ),
      ];
    return [
      ...found,
      problem(
        "approvers-too-few",
        [
          `Rollouts on ${name} need ${needed === 1 ? "1 approval" : `${needed} approvals`}, and too few people can give one now.`,
        ],
        [`Add approvers under servers.${name}.approvers, each with a user of the server, or lower approvals.`],
      ),
    ];
  },
};

function mostApprovals({ approvals }: Policy): number {
  return typeof approvals === "number" ? approvals : Math.max(0, ...approvals.map(({ count }) => count));
}

import { data } from "../../core/view.ts";
import type { Policy } from "../../model/policy.ts";
import { createRefuseHopeless } from "../../people/refuse-hopeless.ts";
import type { ServerCheck } from "./check.ts";
import { type Found, ok, problem } from "./finding.ts";

/** Whether the usergroups of approvers have members, and whether enough people can approve. */
export const serverApprovers: ServerCheck = {
  code: "approvers",
  async run(ports, server) {
    const { name, policy } = server;
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
    const tooFew = await createRefuseHopeless(ports)(server, { parties: [], needed });
    if (tooFew === undefined) return [...found, ok("approvers", `Enough people can approve rollouts on ${name}.`)];
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

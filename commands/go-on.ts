import { defineCommand } from "../src/app/command.ts";
import { siteNamed } from "../src/app/plans/selection.ts";
import { UserError } from "../src/app/user-error.ts";
import { say } from "../src/app/view.ts";
import { mayHalt } from "../src/domain/gates/run-control.ts";

/** The button under the question whether somebody else upgrades agents that went offline. */
export const goOn = defineCommand({
  name: "go-on",
  summary: "say that nobody upgrades the agents that went offline, so that rollouts go on",
  hidden: true,
  needsIdentity: true,
  args: { positional: { hint: "SERVER", required: true, many: true }, flags: {}, example: "go-on prod 1" },
  async handler(args, { services, call }) {
    const { board, people, identities } = services;
    const site = siteNamed(services.sites, args.words[0] ?? "");
    // Whoever lets upgrades begin has to be somebody on the server, and of the circle that could also have stopped them.
    await identities.on(site, call.person);
    const onCall = people.onCall.includes(call.person);
    const concerned = [...board.rollouts.values()].some(
      (rollout) =>
        rollout.status === "running" &&
        rollout.plan.server === site.name &&
        mayHalt(rollout, site.policy, { person: call.person, onCall, usergroups: [] }),
    );
    if (!concerned)
      throw new UserError(
        "not-owner-or-on-call",
        `Only owners of rollouts on ${site.name}, approvers and the configured on-call people can say that.`,
      );
    let said = false;
    await board.change(() => {
      const { doubt } = board.server(site.name).elsewhere;
      said = doubt !== undefined && `${doubt.since}` === args.words[1];
      if (!said) return [];
      const fact = { type: "elsewhere.dismissed", data: { by: call.person } } as const;
      return [{ stream: `server.${site.name}`, actor: call.person, facts: [fact] }];
    });
    return said
      ? say("external-upgrades-acknowledged", "It goes on.")
      : say("external-upgrades-over", "That question is over: nothing is in doubt any more.");
  },
});

import { defineCommand } from "../src/app/command.ts";
import { mayPauseOrStopNow } from "../src/app/conversation/run-control.ts";
import { UserError } from "../src/app/user-error.ts";
import { data, say } from "../src/app/view.ts";

/** Pressed in the thread as long as nobody has begun: `skip-relay ROLLOUT RELAY`. */
export const skipRelay = defineCommand({
  name: "skip-relay",
  summary: "leave out the relay whose turn it is",
  hidden: true,
  always: true,
  args: {
    positional: { hint: "ROLLOUT", required: true, many: true },
    flags: {},
    example: "press Skip this relay in a rollout's thread",
  },
  async handler({ words: [id = "", relayId = ""] }, { call, services }) {
    const { projections } = services;
    const rollout = await services.visibility.required(id, call);
    if (!(await mayPauseOrStopNow(rollout, services, call.person)))
      throw new UserError(
        "not-owner-or-on-call",
        `Only its owner, approvers and the configured on-call people can leave out a relay of ${id}.`,
      );
    let name = "";
    await projections.change(() => {
      const turn = projections.rollouts.get(id)?.relayWork.turn;
      if (turn?.relay.id !== relayId) throw new UserError("not-its-turn", "It is not this relay's turn any more.");
      if (turn.begunAt !== undefined)
        throw new UserError(
          "relay-already-begun",
          "Somebody has begun with it already: it is watched until it is back.",
        );
      name = turn.relay.name;
      const end = {
        relay: turn.relay,
        outcome: "skipped",
        version: null,
        detail: null,
        missing: [],
        by: call.person,
      } as const;
      return [{ stream: `rollout.${id}`, actor: call.person, events: [{ type: "relay.ended", data: end }] }];
    });
    return say("relay-skipped", ["Left out: ", data(name), ". Do not begin with it any more: nobody watches it now."]);
  },
});

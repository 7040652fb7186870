import { defineCommand } from "../../conversation/command.ts";
import { UserError } from "../../core/user-error.ts";
import { data, say } from "../../core/view.ts";
import type { FindRollout } from "../../people/find-rollout.ts";
import { type MayPauseOrStopPorts, mayPauseOrStopNow, pauseOrStopRefused } from "../../people/may-pause-or-stop.ts";
import type { Projections } from "../../projections/projections.ts";
import { rolloutById } from "../../projections/rollout-by-id.ts";

interface Ports extends MayPauseOrStopPorts {
  readonly findRollout: FindRollout;
  readonly projections: Projections;
}

/** Pressed in the thread as long as nobody has begun: `skip-relay ROLLOUT RELAY`. */
export const skipRelay = defineCommand({
  name: "skip-relay",
  summary: "leave out the relay whose turn it is",
  always: true,
  args: {
    positional: { hint: "ROLLOUT", required: true, many: true },
    flags: {},
    example: "press Skip this relay in a rollout's thread",
  },
  async handler({ words: [id = "", relayId = ""] }, { call }, ports: Ports) {
    const { projections } = ports;
    const rollout = await ports.findRollout(id, call);
    const may = await mayPauseOrStopNow(rollout, ports, call.person);
    if (!may) throw pauseOrStopRefused(may, `leave out a relay of ${id}`);
    let name = "";
    await projections.change(() => {
      const turn = rolloutById(projections, id)?.relayWork.turn;
      if (turn?.relay.id !== relayId) throw new UserError("not-its-turn", "This relay's turn is over.");
      if (turn.begunAt !== undefined)
        throw new UserError(
          "relay-already-begun",
          "A person has already begun to upgrade it. Drydock watches it until it is back.",
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
      const events = [{ type: "relay.ended", data: end }] as const;
      return [{ stream: `rollout.${id}`, actor: call.person, callId: call.id, events }];
    });
    return say("relay-skipped", ["Left out: ", data(name), ". Do not upgrade it now: Drydock no longer watches it."]);
  },
});

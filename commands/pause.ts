import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import { PAUSE } from "../src/features/rollout/halts.ts";
import type { HaltPorts } from "../src/features/rollout/run-control.ts";
import { halt, idsOf } from "../src/features/rollout/run-control.ts";

interface Ports extends HaltPorts {}

export const pause = defineCommand({
  name: "pause",
  group: "Steer",
  summary: "pause a rollout, or all: no more upgrades begin",
  inThread: true,
  always: true,
  args: { positional: { hint: "ID|all", required: false, many: false }, flags: {}, example: "pause prod-142" },
  async handler(args, context, ports: Ports) {
    const { halted, left } = await halt(PAUSE, args.words[0], context, ports);
    if (halted.length === 0) return say("already-paused", PAUSE.late);
    return say("paused", PAUSE.done(idsOf(halted), halted), ...left);
  },
});

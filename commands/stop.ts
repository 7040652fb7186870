import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import { STOP } from "../src/features/rollout/halts.ts";
import type { HaltPorts } from "../src/features/rollout/run-control.ts";
import { halt, idsOf } from "../src/features/rollout/run-control.ts";

interface Ports extends HaltPorts {}

export const stop = defineCommand({
  name: "stop",
  group: "Steer",
  summary: "stop a rollout, or all, for good: upgrades in flight finish",
  inThread: true,
  always: true,
  args: { positional: { hint: "ID|all", required: false, many: false }, flags: {}, example: "stop prod-142" },
  async handler(args, context, ports: Ports) {
    const { halted, left } = await halt(STOP, args.words[0], context, ports);
    if (halted.length === 0) return say("already-stopped", STOP.late);
    return say("stopped", STOP.done(idsOf(halted), halted), ...left);
  },
});

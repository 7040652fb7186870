import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import type { HaltPorts } from "../src/features/rollout/run-control.ts";
import { halt, stateWords } from "../src/features/rollout/run-control.ts";

interface Ports extends HaltPorts {}

export const stop = defineCommand({
  name: "stop",
  group: "Steer",
  summary: "stop a rollout, or all, for good: upgrades in flight finish, and no more begin",
  inThread: true,
  always: true,
  args: { positional: { hint: "ID|all", required: false, many: false }, flags: {}, example: "stop prod-142" },
  async handler(args, context, ports: Ports) {
    const act = { verb: "stop", from: ["running", "paused"], already: stateWords } as const;
    const stopped = await halt(act, args.words[0], context, ports, (by) => ({ type: "rollout.stopped", data: { by } }));
    if (stopped.length === 0) return say("already-stopped", "Another person stopped it a moment ago.");
    return say(
      "stopped",
      `Stopped: ${stopped.map((rollout) => rollout.id).join(", ")}. Upgrades in flight cannot be cancelled: they finish.`,
    );
  },
});

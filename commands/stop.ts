import { defineCommand } from "../src/app/command.ts";
import { stopRollouts } from "../src/app/stop.ts";
import { say } from "../src/app/view.ts";

export const stop = defineCommand({
  name: "stop",
  summary: "stop a rollout, or all of them: nothing more begins, what is in flight is watched to its end",
  inThread: true,
  always: true,
  args: { positional: { hint: "ID|all", required: false, many: false }, flags: {}, example: "/agents stop prod-142" },
  async handler(args, context) {
    const stopped = await stopRollouts(args.words[0], context);
    if (stopped.length === 0) return say("Somebody else stopped it a moment ago.");
    return say(
      `Stopped: ${stopped.map((rollout) => rollout.id).join(", ")}. What is in flight cannot be called back and is watched to its end.`,
    );
  },
});

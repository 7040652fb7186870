import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import type { HaltPorts } from "../src/features/rollout/run-control.ts";
import { halt, stateWords } from "../src/features/rollout/run-control.ts";

interface Ports extends HaltPorts {}

export const pause = defineCommand({
  name: "pause",
  group: "Steer",
  summary: "pause a rollout, or all: no more upgrades begin until a person resumes it",
  inThread: true,
  always: true,
  args: { positional: { hint: "ID|all", required: false, many: false }, flags: {}, example: "pause prod-142" },
  async handler(args, context, ports: Ports) {
    const act = { verb: "pause", from: ["running"], already: stateWords } as const;
    const paused = await halt(act, args.words[0], context, ports, (by) => ({
      type: "rollout.paused",
      data: { by, kind: "person", causes: [] },
    }));
    if (paused.length === 0) return say("already-paused", "Another person paused or stopped it a moment ago.");
    return say(
      "paused",
      `Paused: ${paused.map((rollout) => rollout.id).join(", ")}. Upgrades in flight finish, and no more start. Resume upgrades the other agents.`,
    );
  },
});

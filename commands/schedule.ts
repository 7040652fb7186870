import { defineCommand } from "../src/conversation/command.ts";
import { readStart } from "../src/conversation/local-time.ts";
import { UserError } from "../src/core/user-error.ts";
import { say } from "../src/core/view.ts";
import type { Schedules } from "../src/features/schedule/schedule-service.ts";
import { moveModal } from "../src/features/schedule/schedule-view.ts";
import type { FindRollout } from "../src/people/find-rollout.ts";
import { startWords } from "../src/phrases/progress-words.ts";
import { serverOf } from "../src/servers/current-rollout.ts";
import type { Servers } from "../src/servers/managed-server.ts";

const EXAMPLE = "schedule prod-142 --at 22:30";

interface Ports {
  readonly findRollout: FindRollout;
  readonly schedules: Schedules;
  readonly servers: Servers;
}

/** Typed with a time, or pressed: then its form comes back with one. */
export const schedule = defineCommand({
  name: "schedule",
  group: "Steer",
  summary: "move a scheduled rollout, which then needs approval again",
  args: {
    positional: { hint: "ROLLOUT", required: true, many: false },
    flags: {
      at: {
        hint: "TIME",
        kind: "time",
        summary: "the new start, e.g. tomorrow 06:00, or next-window",
      },
    },
    example: EXAMPLE,
  },
  async handler(args, context, ports: Ports) {
    const { call, word } = context;
    const rollout = await ports.findRollout(args.words[0] ?? "", call);
    const server = serverOf(ports.servers, rollout);
    if (call.via === "button") return moveModal(rollout.id, startWords(rollout));
    const typed = call.via === "form" ? call.values.at?.[0] : args.text("at");
    if (typed === undefined)
      throw new UserError("which-time", `Type when ${rollout.id} starts. Example: ${word} ${EXAMPLE}`);
    try {
      const { at, said } = readStart(typed, server, context.localTime);
      await ports.schedules.reschedule(rollout.id, call, at);
      return say("rescheduled", [`${rollout.id} starts `, ...said, ". Its card says what it still needs."]);
    } catch (error) {
      // In the form what is wrong stands beside the field, and it stays open.
      if (call.via === "form" && error instanceof UserError) return { errors: { at: error.message } };
      throw error;
    }
  },
});

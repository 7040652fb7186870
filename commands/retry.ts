import { defineCommand } from "../src/conversation/command.ts";
import { rerun } from "../src/conversation/replan.ts";
import { typedName } from "../src/conversation/typed-name.ts";
import { count, duration, names } from "../src/core/format.ts";
import type { Clock } from "../src/core/ports.ts";
import { literal } from "../src/core/typed-text.ts";
import { type Line, say } from "../src/core/view.ts";
import type { Retrier } from "../src/features/retry/retrier.ts";
import { stateWords } from "../src/features/rollout/act.ts";
import { checkedAgain } from "../src/features/rollout/card-buttons.ts";
import { failedOf } from "../src/features/rollout/rollout-port.ts";
import { type ChooseOnePorts, chooseOne } from "../src/features/rollout/run-control.ts";
import { namesNow } from "../src/people/visible-ids.ts";
import { causeText } from "../src/phrases/cause-text.ts";
import { serverOf } from "../src/servers/current-rollout.ts";
import type { Servers } from "../src/servers/managed-server.ts";

interface Ports extends ChooseOnePorts {
  readonly clock: Clock;
  readonly retrier: Retrier;
  readonly servers: Servers;
}

export const retry = defineCommand({
  name: "retry",
  group: "Steer",
  summary: "retry failed agents, by a new plan if the rollout has ended",
  inThread: true,
  needsIdentity: true,
  args: {
    positional: { hint: "ID", required: false, many: false },
    flags: {
      cause: { hint: "CAUSE", kind: "text", summary: "only agents that failed with this cause, e.g. disk-full" },
    },
    example: "retry prod-142 --cause disk-full",
  },
  async handler(args, context, ports: Ports) {
    const { call } = context;
    const act = {
      verb: "retry",
      from: ["running", "paused", "ended"],
      already: stateWords,
      among: ["running", "paused"],
    } as const;
    const rollout = await chooseOne(act, args.words[0], context, ports);
    const server = serverOf(ports.servers, rollout);
    const cause = args.text("cause");
    if (rollout.status === "ended") {
      const groups = await ports.visibility.failures(server, rollout, call.person);
      const ids = new Set(failedOf(groups, rollout, cause).map(({ agent }) => agent.id));
      const failed = await namesNow(server, ids, call.person, ports.visibility);
      const words = [
        "upgrade",
        "*",
        ...failed.map((name) => `--only=${literal(name)}`),
        `--server=${server.name}`,
        `--reason=retry of ${rollout.id}`,
      ];
      const checked = checkedAgain(failed.length, ids.size, server.name);
      return rerun(
        words,
        context,
        `${rollout.id} has ended, so this is a plan of its own. ${count(ids.size, "agent")} failed. ${checked}`,
      );
    }
    const form = typedName(server, call, () => ({
      title: `Retry in ${rollout.id}`,
      line: [`Drydock asks failed agents of ${rollout.id} to upgrade once more.`],
      command: "retry",
      args: [rollout.id, ...(cause === undefined ? [] : [`--cause=${cause}`])],
    }));
    if (form) return form;
    const { retried, leftOut } = await ports.retrier.retry(server, rollout.id, call, cause);
    const last = Math.max(...retried.map(({ notBefore }) => notBefore)) - ports.clock.now();
    const when = last <= 0 ? "as soon as slots are free" : `in ${duration(last)} at the latest, as slots become free`;
    return say(
      "retried",
      `${rollout.id}: Drydock retries ${count(retried.length, "agent")} ${when}${rollout.status === "paused" ? ", after Resume" : ""}.`,
      ...leftOut
        .slice(0, 10)
        .map(({ name, why }): Line => ["Left out: ", ...names([name]), ": ", ...causeText(why, "you")]),
      ...(leftOut.length > 10 ? [`and ${leftOut.length - 10} more left out.`] : []),
    );
  },
});

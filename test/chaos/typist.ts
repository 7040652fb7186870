import type { SlackStandin } from "../../playground/slack/start-slack.ts";
import { SLACKBOT } from "../../playground/slack/workspace.ts";
import { until } from "../../playground/trial.ts";

const PERSON = "U0BOB";
const PATIENCE = 15_000;

interface Typed {
  /** Whether the replica that talked to Slack had just been killed. */
  readonly duringTakeOver: boolean;
  readonly by: "Drydock" | "Slack" | "no one";
  readonly ms: number;
}

/** A person who types `status` while replicas die. */
export interface Typist {
  type(duringTakeOver: boolean): Promise<void>;
  table(): readonly string[];
}

export function createTypist({ acts, workspace }: Pick<SlackStandin, "acts" | "workspace">): Typist {
  const typed: Typed[] = [];
  return {
    async type(duringTakeOver) {
      const before = workspace.messages.length;
      const since = performance.now();
      acts.slash(PERSON, "C0ONCALL", "status");
      const answer = await until(
        "an answer",
        () => workspace.messages.slice(before).find(({ only }) => only === PERSON),
        PATIENCE,
      ).catch(() => undefined);
      typed.push({
        duringTakeOver,
        by: answer ? (answer.user === SLACKBOT ? "Slack" : "Drydock") : "no one",
        ms: performance.now() - since,
      });
    },
    table() {
      return [true, false].flatMap((duringTakeOver) => {
        const all = typed.filter((one) => one.duringTakeOver === duringTakeOver);
        const times = all
          .filter(({ by }) => by === "Drydock")
          .map(({ ms }) => ms)
          .sort((a, b) => a - b);
        const median = ((times[Math.floor(times.length / 2)] ?? 0) / 1_000).toFixed(2);
        const refused = all.filter(({ by }) => by === "Slack").length;
        const lost = all.filter(({ by }) => by === "no one").length;
        const when = duringTakeOver ? "while Slack's duty is taken over" : "while another one is";
        return all.length === 0
          ? []
          : [
              `status typed ${when}: ${times.length} of ${all.length} answered (median ${median} s), ${refused} times Slack said that the app did not respond, ${lost} got no answer: a replica was killed after it had taken the command`,
            ];
      });
    },
  };
}

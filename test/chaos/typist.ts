import { renderText } from "../../playground/slack/block-kit.ts";
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
  readonly text: string;
}

/** A person who types `status` while replicas die. */
export interface Typist {
  type(duringTakeOver: boolean): Promise<void>;
  table(): readonly string[];
  /** What a person must never see. */
  problems(): readonly string[];
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
        text: answer ? renderText(answer) : "",
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
        const when = duringTakeOver ? "while Slack's duty is taken over" : "while another one is";
        return all.length === 0
          ? []
          : [
              `status typed ${when}: ${times.length} of ${all.length} answered (median ${median} s), ${refused} times Slack said that the app did not respond`,
            ];
      });
    },
    problems: () => typed.filter(({ by }) => by === "no one").map(() => "a person who typed was told nothing at all"),
  };
}

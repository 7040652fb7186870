import { duration } from "../../core/format.ts";
import type { Line } from "../../core/view.ts";
import { phraseOf } from "../../gates/index.ts";
import { DEFAULT_RELAYS } from "../../model/relay/settings.ts";
import { beginsNoMore, type Rollout, tookOf } from "../../model/rollout/rollout.ts";
import { plannedRelays } from "../../phrases/plan-words.ts";
import {
  pauseLine,
  resultTally,
  resultWords,
  startedAt,
  startedBy,
  tally,
  underWayWords,
} from "../../phrases/progress-words.ts";
import type { CardBody, CardInput, Contribution } from "../contribution.ts";
import { relayReplies } from "./relay-thread.ts";
import { endLine, signOf, turnLine } from "./relay-words.ts";

const MAX_ENDED = 15;

export const relayUpgrade: Contribution = {
  of: "relays",
  card: (input) => {
    const { status } = input.rollout;
    return status !== "requested" && status !== "closed" ? { body: relayBody(input) } : {};
  },
  replies: ({ rollout, server: { url, relays } }) => {
    const { deadlines } = relays ?? DEFAULT_RELAYS;
    return relayReplies(rollout, { url, deadlines });
  },
};

/** What the card of a rollout of relays says once it has begun. */
function relayBody(input: CardInput): CardBody {
  const { rollout, progress } = input;
  const state = rollout.status === "ended" ? resultWords(rollout, progress) : underWayWords(input);
  const heading = `${rollout.id}: ${state.text}`;
  const need = "need" in state ? `. ${state.need}` : "";
  const counts: readonly Line[] = rollout.status === "ended" ? resultTally(rollout, progress) : [[tally(progress)]];
  const took = tookOf(rollout);
  const notes: Line[] = [
    ...(rollout.endedAt === undefined ? [startedAt(rollout)] : took === undefined ? [] : [[`Took ${duration(took)}.`]]),
  ];
  return {
    key: "relay-card",
    summary: [`${heading}.`, ...counts.flatMap((line): Line => [" ", ...line])],
    heading: `${state.sign} ${heading}${need}`,
    lines: [...counts, ...stateLines(input), ...relayLines(rollout)],
    notes: [...notes, startedBy(rollout)],
  };
}

function relayLines(rollout: Rollout): readonly Line[] {
  const {
    plan,
    relayWork: { turn, ended },
  } = rollout;
  const over = new Set([...ended.map(({ relay }) => relay.id), ...(turn ? [turn.relay.id] : [])]);
  const left = (plan.relays ?? []).filter(({ id }) => !over.has(id));
  const word = beginsNoMore(rollout) ? "Not begun: " : "Waiting: ";
  return [
    ...ended.slice(-MAX_ENDED).map((end): Line => [`${signOf(end)} `, ...endLine(end)]),
    ...(turn ? [["▶ ", ...turnLine(turn)]] : []),
    ...plannedRelays({ relays: left }).map((line): Line => [word, ...line]),
  ];
}

function stateLines({ rollout, progress, blocked: [first] }: CardInput): readonly Line[] {
  const { pause, stoppedBy, status } = rollout;
  const lines: Line[] = [];
  if (pause) lines.push(pauseLine(rollout, pause, progress));
  if (status !== "ended" && first) lines.push(phraseOf(first));
  if (stoppedBy)
    lines.push([
      "Stopped by ",
      { person: stoppedBy },
      status === "ended" ? "." : ". If a person has begun to upgrade a relay, Drydock watches it until it is back.",
    ]);
  return lines;
}

import { duration } from "../../core/format.ts";
import type { Line, Part, View } from "../../core/view.ts";
import { phraseOf } from "../../gates/index.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { tookOf } from "../../model/rollout/rollout.ts";
import { plannedRelays } from "../../phrases/planned-relays.ts";
import { resultWords } from "../../phrases/progress-words.ts";
import { askingButtons, panelParts } from "../approval/asking-view.ts";
import { controls } from "../rollout/card-buttons.ts";
import type { CardInput } from "../rollout/card-input.ts";
import { startedAt } from "../rollout/card-times.ts";
import { pauseLine } from "../rollout/pause-view.ts";
import { underWayWords } from "../rollout/under-way-words.ts";
import { endLine, signOf, turnLine } from "./relay-words.ts";

const MAX_ENDED = 15;

/** The card of a rollout of relays that has begun. `said`: how far it is in numbers, and who started it. */
export function relayCard(input: CardInput, said: { readonly tally: string; readonly startedBy: Line }): View {
  const { rollout, policy, progress, waits } = input;
  const state = rollout.status === "ended" ? resultWords(rollout, progress) : underWayWords(input);
  const heading = `${rollout.id}: ${state.text}`;
  const need = "need" in state ? `. ${state.need}` : "";
  const parts: Part[] = [
    { kind: "heading", text: `${state.sign} ${heading}${need}` },
    { kind: "text", lines: [[said.tally], ...stateLines(input), ...relayLines(rollout)] },
    ...panelParts(rollout, policy, waits),
  ];
  const took = tookOf(rollout);
  const notes: Line[] = [
    ...(rollout.endedAt === undefined ? [startedAt(rollout)] : took === undefined ? [] : [[`Took ${duration(took)}.`]]),
  ];
  parts.push({ kind: "note", lines: [...notes, said.startedBy] });
  parts.push({ kind: "buttons", buttons: [...askingButtons(rollout, policy), ...controls(rollout)] });
  return { key: "relay-card", summary: [`${heading}. ${said.tally}`], parts };
}

function relayLines({ plan, relayWork: { turn, ended } }: Rollout): readonly Line[] {
  const over = new Set([...ended.map(({ relay }) => relay.id), ...(turn ? [turn.relay.id] : [])]);
  const left = (plan.relays ?? []).filter(({ id }) => !over.has(id));
  return [
    ...ended.slice(-MAX_ENDED).map((end): Line => [`${signOf(end)} `, ...endLine(end)]),
    ...(turn ? [["▶ ", ...turnLine(turn, undefined)]] : []),
    ...plannedRelays({ relays: left }).map((line): Line => ["Waiting: ", ...line]),
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

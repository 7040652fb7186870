import { duration } from "../../core/format.ts";
import type { Line, Part, View } from "../../core/view.ts";
import { phraseOf } from "../../gates/index.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { causesText } from "../../phrases/cause-text.ts";
import { askingButtons, panelParts } from "../approval/asking-view.ts";
import { controls } from "../rollout/card-buttons.ts";
import type { CardInput } from "../rollout/card-input.ts";
import { startedAt, tookOf } from "../rollout/card-times.ts";
import { resultWords } from "../rollout/result-words.ts";
import { endLine, plannedRelays, signOf, turnLine } from "./relay-words.ts";

const STATES = {
  running: { sign: "▶", text: "upgrading relays" },
  paused: { sign: "⏸", text: "paused" },
  stopping: { sign: "■", text: "stopping" },
} as const;
const MAX_ENDED = 15;

/** The card of a rollout of relays that has begun. `said`: how far it is in numbers, and who started it. */
export function relayCard(
  { rollout, policy, progress, blocked: [first], waits }: CardInput,
  said: { readonly tally: string; readonly startedBy: Line },
): View {
  const state =
    rollout.status === "ended" ? resultWords(rollout, progress) : STATES[rollout.status as keyof typeof STATES];
  const heading = `${rollout.id}: ${state.text}`;
  const parts: Part[] = [
    { kind: "heading", text: `${state.sign} ${heading}` },
    { kind: "text", lines: [[said.tally], ...relayLines(rollout), ...stateLines(rollout)] },
    ...panelParts(rollout, policy, waits),
  ];
  const took = tookOf(rollout);
  const notes: Line[] = [
    ...(rollout.endedAt === undefined ? [startedAt(rollout)] : took === undefined ? [] : [[`Took ${duration(took)}.`]]),
  ];
  if (rollout.status !== "ended" && first) notes.push(phraseOf(first));
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

function stateLines({ pause, stoppedBy, status }: Rollout): readonly Line[] {
  const lines: Line[] = [];
  if (pause)
    lines.push(
      pause.by === "drydock"
        ? ["Paused: ", ...causesText(pause.causes)]
        : ["Paused by ", { person: pause.by }, ": no other relay gets its turn."],
    );
  if (stoppedBy)
    lines.push([
      "Stopped by ",
      { person: stoppedBy },
      status === "ended" ? "." : ": a relay that was begun is watched to its end.",
    ]);
  return lines;
}

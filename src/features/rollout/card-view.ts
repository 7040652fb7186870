import { duration, names } from "../../core/format.ts";
import { data, type Line, type View } from "../../core/view.ts";
import { lowerBound } from "../../model/plan/forecast.ts";
import { followsUp } from "../../model/rollout/retry.ts";
import { tookOf } from "../../model/rollout/rollout.ts";
import { type Diagnosis, diagnose } from "../../model/upgrade/diagnosis.ts";
import { isFailure } from "../../model/upgrade/outcome.ts";
import { isPutBack, type Phase, phaseOf, type Upgrade } from "../../model/upgrade/upgrade.ts";
import { diagnosisWords } from "../../phrases/diagnosis-words.ts";
import { PHASE_WORDS } from "../../phrases/phase-words.ts";
import {
  pauseLine,
  progressBar,
  resultTally,
  resultWords,
  startedAt,
  startedBy,
  tally,
  underWayWords,
} from "../../phrases/progress-words.ts";
import { slotWords } from "../../servers/server-status.ts";
import type { CardBody, CardInput, CardParts } from "../contribution.ts";
import { planRestButton } from "./card-buttons.ts";
import { resolvedLine } from "./pause-view.ts";
import { canaryLine, waitingLines, waitLines } from "./waiting-lines.ts";

/** The card is read on a phone, and its Agents button shows all of them. */
const MAX_NAMES = 3;
const MAX_CAUSES = 2;

/** The rollout's one message: what is it, does it need me, what can I press. @param contributed what the features add. */
export function cardView(input: CardInput, contributed: readonly CardParts[]): View {
  const { rollout, upgrades } = input;
  const { key, summary, heading, lines, notes } = contributed.find(({ body }) => body)?.body ?? agentsBody(input);
  const agents = { label: "Agents", command: "agents", args: [rollout.id] };
  return {
    key,
    summary,
    parts: [
      { kind: "heading", text: heading },
      { kind: "text", lines: [...lines, ...contributed.flatMap((parts) => parts.lines ?? [])] },
      ...contributed.flatMap(({ panel = [] }) => panel),
      { kind: "note", lines: notes },
      {
        kind: "buttons",
        buttons: [
          ...contributed.flatMap(({ buttons = [] }) => buttons),
          ...(rollout.plan.relays ? [] : planRestButton(rollout, upgrades)),
          agents,
        ],
      },
    ],
  };
}

/** What the card of a rollout of agents says once it has begun. */
function agentsBody(input: CardInput): CardBody {
  const { rollout } = input;
  const notes = rollout.status === "ended" ? resultNotes(input) : runningNotes(input);
  return { key: "card", ...titleOf(input), lines: bodyOf(input), notes: [...notes, startedBy(rollout)] };
}

function titleOf(input: CardInput): Pick<CardBody, "heading" | "summary"> {
  const { rollout, progress } = input;
  const { id, status } = rollout;
  if (status === "ended") {
    const { sign, text, line } = resultWords(rollout, progress);
    return { heading: `${sign} ${id}: ${text}`, summary: [`${id}: `, ...line, "."] };
  }
  const { sign, text, need } = underWayWords(input);
  return {
    heading: `${sign} ${id}: ${text}${need === undefined ? "" : `. ${need}`}`,
    summary: [`${id}: ${text}, ${progress.percent}%. ${tally(progress)}`],
  };
}

function bodyOf(input: CardInput): readonly Line[] {
  const { rollout, policy, progress, upgrades } = input;
  // How much is over is not how much went well, so the end is counted and not drawn.
  const lines: Line[] =
    rollout.status === "ended"
      ? [...resultTally(rollout, progress)]
      : [[tally(progress)], [progressBar(progress.percent), ` ${progress.percent}%`]];
  const { pause } = rollout;
  if (pause) lines.push(pauseLine(rollout, pause, progress));
  const isForFailures = pause?.kind === "breaker" || pause?.kind === "canary";
  const resolved = isForFailures && resolvedLine(rollout, pause, upgrades);
  if (resolved) lines.push(resolved);
  lines.push(...waitLines(input));
  const inFlight = upgrades.filter((upgrade) => !upgrade.outcome && !isPutBack(upgrade));
  const allFailed = upgrades.filter((upgrade) => upgrade.outcome && isFailure(upgrade.outcome.kind));
  const again = allFailed.filter((upgrade) => followsUp(rollout, upgrade));
  const failed = allFailed.filter((upgrade) => !again.includes(upgrade));
  const left = upgrades.filter((upgrade) => upgrade.outcome?.kind === "skipped");
  const busy = left.filter((upgrade) => upgrade.outcome?.detail?.code === "busy-agent");
  const skipped = left.filter((upgrade) => !busy.includes(upgrade));
  if (inFlight.length > 0) lines.push([`In flight (${phases(inFlight)}): `, ...named(inFlight)]);
  lines.push(...canaryLine(rollout, upgrades), ...waitingLines(rollout, policy));
  if (rollout.status === "ended") lines.push(...failedByCause(failed));
  else if (failed.length > 0) lines.push(["Failed: ", ...named(failed)]);
  // The counts have these among those that wait.
  if (again.length > 0) lines.push(["Waiting for a retry: ", ...named(again)]);
  if (skipped.length > 0) lines.push(["Skipped: ", ...named(skipped)]);
  if (busy.length > 0) lines.push(["Skipped, because deployments still ran on them: ", ...named(busy)]);
  if (rollout.stoppedBy)
    lines.push([
      "Stopped by ",
      { person: rollout.stoppedBy },
      rollout.status === "ended" ? "." : ". Upgrades in flight cannot be cancelled: they finish.",
    ]);
  return lines;
}

function named(some: readonly Upgrade[]): Line {
  return names(
    some.map(({ agent }) => agent.name),
    MAX_NAMES,
  );
}

/** What the result keeps of failures: the most frequent causes first. */
function failedByCause(failed: readonly Upgrade[]): readonly Line[] {
  const causes = new Map<Diagnosis, Upgrade[]>();
  for (const upgrade of failed) {
    const { kind, detail } = upgrade.outcome ?? { kind: "unobserved", detail: null };
    const diagnosis = diagnose(kind, detail);
    causes.set(diagnosis, [...(causes.get(diagnosis) ?? []), upgrade]);
  }
  const all = [...causes].sort(([, a], [, b]) => b.length - a.length);
  const rest = all.slice(MAX_CAUSES).reduce((sum, [, some]) => sum + some.length, 0);
  return [
    ...all.slice(0, MAX_CAUSES).map(([diagnosis, some]): Line => {
      return ["Failed: ", ...named(some), `: ${diagnosisWords(diagnosis).title}.`];
    }),
    ...(rest > 0 ? [[`Failed for other reasons: ${rest.toLocaleString("en")}. Press Agents.`]] : []),
  ];
}

/** `3 asked, 5 away, 1 coming back` */
function phases(inFlight: readonly Upgrade[]): string {
  const order: readonly Phase[] = ["put-off", "asked", "away", "coming-back"];
  return order
    .map((phase) => ({ phase, n: inFlight.filter((upgrade) => phaseOf(upgrade) === phase).length }))
    .filter(({ n }) => n > 0)
    .map(({ phase, n }) => `${n} ${PHASE_WORDS[phase]}`)
    .join(", ");
}

function runningNotes({ rollout, slots, here: mine, times }: CardInput): readonly Line[] {
  const others = slots.ours > mine ? ` (${mine} in this rollout)` : "";
  // What others do with the slots is no news about a rollout that is paused.
  const inUse = rollout.status === "paused" ? [] : [`Slots in use: ${slotWords(slots)}${others}. `];
  return [[...inUse, ...(times === undefined ? startedAt(rollout) : [times])]];
}

function resultNotes({ rollout, upgrades }: CardInput): readonly Line[] {
  const timed = upgrades.flatMap((upgrade) => {
    const { took: ms } = upgrade;
    const late = (upgrade.outcome?.position ?? 0) > (rollout.endedPosition ?? 0);
    return ms === undefined || late ? [] : [{ name: upgrade.agent.name, ms }];
  });
  const least = lowerBound(
    timed.map(({ ms }) => ms),
    rollout.plan.options.slots,
  );
  const took = tookOf(rollout, least);
  const lines: Line[] = took === undefined ? [] : [[`Took ${duration(took)}.`]];
  const longest = timed.sort((a, b) => b.ms - a.ms).slice(0, 3);
  if (longest.length > 0)
    lines.push([
      "Longest: ",
      ...longest.flatMap(({ name, ms }, i): Line => [i === 0 ? "" : ", ", data(name), ` ${duration(ms)}`]),
    ]);
  return lines;
}

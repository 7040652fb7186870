import { duration, names } from "../../core/format.ts";
import { data, type Line, type Part, type View } from "../../core/view.ts";
import { phraseOf } from "../../gates/index.ts";
import { agentsOf } from "../../model/plan/agents-of.ts";
import { lowerBound, type Progress } from "../../model/rollout/progress.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Pause } from "../../model/rollout/rollout-parts.ts";
import { isFailure } from "../../model/upgrade/outcome.ts";
import { isPutBack, type Phase, phaseOf, type Upgrade } from "../../model/upgrade/upgrade.ts";
import { causesText } from "../../phrases/cause-text.ts";
import { slotWords } from "../../servers/slots.ts";
import { askingButtons, panelParts } from "../approval/asking-view.ts";
import { requestCard } from "../approval/request-view.ts";
import { reviewButtons, reviewLines } from "../emergency/review-view.ts";
import { canaryLine } from "../plan/canary-view.ts";
import { waitingLines } from "../plan/waiting-view.ts";
import { relayCard } from "../relay-upgrade/relay-card.ts";
import { controls } from "./card-buttons.ts";
import type { CardInput } from "./card-input.ts";
import { startedAt, tookOf } from "./card-times.ts";
import { resultWords } from "./result-words.ts";

/** The rollout's one message: what is it, does it need me, what can I press. */
export function cardView(input: CardInput): View {
  const { rollout, policy } = input;
  if (rollout.status === "requested" || rollout.status === "closed") return requestCard(rollout, policy, input);
  if (rollout.plan.relays) return relayCard(input, { tally: tally(input.progress), startedBy: startedBy(rollout) });
  const state = rollout.status === "ended" ? resultWords(rollout, input.progress) : STATES[rollout.status];
  const parts: Part[] = [
    { kind: "heading", text: `${state.sign} ${rollout.id}: ${state.text}` },
    { kind: "text", lines: [...bodyOf(input), ...reviewLines(rollout)] },
    ...panelParts(rollout, policy, input.waits),
  ];
  const notes = rollout.status === "ended" ? resultNotes(input) : runningNotes(input);
  parts.push({ kind: "note", lines: [...notes, startedBy(rollout)] });
  const agents = { label: "Agents", command: "agents", args: [rollout.id] };
  parts.push({
    kind: "buttons",
    buttons: [...askingButtons(rollout, policy), ...controls(rollout), ...reviewButtons(rollout), agents],
  });
  return { key: "card", summary: summaryOf(input), parts };
}

const STATES = {
  running: { sign: "▶", text: "upgrading" },
  paused: { sign: "⏸", text: "paused" },
  stopping: { sign: "■", text: "stopping" },
} as const;

function summaryOf({ rollout, progress }: CardInput): Line {
  if (rollout.status === "ended") return [`${rollout.id}: `, ...resultWords(rollout, progress).line, "."];
  const text = rollout.status in STATES ? STATES[rollout.status as keyof typeof STATES].text : rollout.status;
  return [`${rollout.id}: ${text}, ${progress.percent}%. ${tally(progress)}`];
}

function bodyOf({ rollout, policy, progress, upgrades }: CardInput): readonly Line[] {
  // How much is over is not how much went well, so the end is counted and not drawn.
  const bar: Line[] = rollout.status === "ended" ? [] : [[progressBar(progress.percent), ` ${progress.percent}%`]];
  const lines: Line[] = [...bar, [tally(progress)]];
  const inFlight = upgrades.filter((upgrade) => !upgrade.outcome && !isPutBack(upgrade));
  const named = (some: readonly Upgrade[], most: number) =>
    names(
      some.map((upgrade) => upgrade.agent.name),
      most,
    );
  const failed = upgrades.filter((upgrade) => upgrade.outcome && isFailure(upgrade.outcome.kind));
  const left = upgrades.filter((upgrade) => upgrade.outcome?.kind === "skipped");
  const busy = left.filter((upgrade) => upgrade.outcome?.detail?.code === "busy-agent");
  const skipped = left.filter((upgrade) => !busy.includes(upgrade));
  if (inFlight.length > 0) lines.push([`In flight (${phases(inFlight)}): `, ...named(inFlight, 10)]);
  lines.push(...canaryLine(rollout, upgrades), ...waitingLines(rollout, policy));
  if (failed.length > 0) lines.push(["Failed: ", ...named(failed, 10)]);
  if (skipped.length > 0) lines.push(["Skipped: ", ...named(skipped, 5)]);
  if (busy.length > 0) lines.push(["Skipped, since deployments still ran on them: ", ...named(busy, 5)]);
  if (rollout.pause) lines.push(pauseLine(rollout.pause));
  if (rollout.stoppedBy)
    lines.push([
      "Stopped by ",
      { person: rollout.stoppedBy },
      rollout.status === "ended" ? "." : ": what is in flight cannot be called back and is watched to its end.",
    ]);
  return lines;
}

/** `3 asked, 5 away, 1 coming back` */
function phases(inFlight: readonly Upgrade[]): string {
  const order: readonly Phase[] = ["put off", "asked", "away", "coming back"];
  return order
    .map((phase) => ({ phase, n: inFlight.filter((upgrade) => phaseOf(upgrade) === phase).length }))
    .filter(({ n }) => n > 0)
    .map(({ phase, n }) => `${n} ${phase}`)
    .join(", ");
}

export function tally(progress: Progress): string {
  const said = [
    `${progress.verified.toLocaleString("en")} of ${progress.total.toLocaleString("en")} upgraded`,
    progress.external > 0 && `${progress.external} of them by someone else`,
    progress.failed > 0 && `${progress.failed} failed`,
    progress.unchanged > 0 && `${progress.unchanged} unchanged`,
    progress.skipped > 0 && `${progress.skipped} skipped`,
    progress.inFlight > 0 && `${progress.inFlight} in flight`,
    progress.waiting > 0 && `${progress.waiting.toLocaleString("en")} waiting`,
    progress.toReturn > 0 && `${progress.toReturn.toLocaleString("en")} waiting to come back`,
    progress.stopped > 0 && `${progress.stopped.toLocaleString("en")} not begun`,
  ];
  return `${said.filter((part) => part !== false).join(", ")}.`;
}

function runningNotes({
  rollout,
  slots,
  here: mine,
  blocked: [first],
  busy,
  exceedsWindow,
  times,
}: CardInput): readonly Line[] {
  const others = slots.ours > mine ? ` (${mine} in this rollout)` : "";
  // What others do with the slots is no news about a rollout that is paused.
  const inUse = rollout.status === "paused" ? [] : [`Slots ${slotWords(slots)}${others}. `];
  const lines: Line[] = [[...inUse, times ?? startedAt(rollout)]];
  if (first) lines.push(phraseOf(first));
  if (busy && rollout.status === "running") {
    const n = busy.agents.length + busy.more;
    lines.push([
      `Drydock waits until ${n === 1 ? "a deployment ends on" : `deployments end on ${n}:`} `,
      ...names(busy.agents),
      busy.more > 0 ? ` and ${busy.more.toLocaleString("en")} more.` : ".",
    ]);
  }
  if (exceedsWindow && !first) lines.push([exceedsWindow]);
  return lines;
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

function startedBy(rollout: Rollout): Line {
  const by: Line = [
    `${agentsOf(rollout.plan)} on ${rollout.plan.server}, started by `,
    { person: rollout.owner },
    " (",
    data(rollout.serverUser.name),
    ").",
  ];
  const agreed = (rollout.request?.approvals ?? []).flatMap(
    (approval): Line => [" Approved by ", { person: approval.person }, "."],
  );
  const { reason } = rollout.plan.options;
  return [...by, ...(rollout.request?.used ? agreed : []), ...(reason ? [" Reason: ", data(reason)] : [])];
}

function pauseLine({ by, causes }: Pause): Line {
  return by === "drydock"
    ? ["Paused: ", ...causesText(causes)]
    : ["Paused by ", { person: by }, ": what is in flight goes on."];
}

export function progressBar(percent: number): string {
  const full = Math.floor(percent / 5);
  return "█".repeat(full) + "░".repeat(20 - full);
}

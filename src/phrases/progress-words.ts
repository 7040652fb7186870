import type { Params } from "../core/cause.ts";
import { count } from "../core/format.ts";
import { moment } from "../core/moment.ts";
import { data, type Line } from "../core/view.ts";
import type { Blocked } from "../gates/gate.ts";
import { shownOf } from "../gates/index.ts";
import type { Policy } from "../model/policy.ts";
import type { Progress } from "../model/rollout/progress.ts";
import { isApproved, isAsking, isHeldApproved, isScheduled } from "../model/rollout/request.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Party, Pause } from "../model/rollout/rollout-parts.ts";
import { agentsOf } from "../phrases/agents-of.ts";
import { causesText } from "./cause-text.ts";

/** How a rollout ended, in the same words wherever it is said. */
export interface ResultWords {
  /** `✔` all that needed it, `◐` some, `✖` none, `■` stopped before all had begun. */
  readonly sign: string;
  /** `stopped, 6 of 13 upgraded` in a heading, which mentions no one. */
  readonly text: string;
  /** `stopped by @carol, 6 of 13 upgraded`. */
  readonly line: Line;
}

export function resultWords({ stoppedBy }: Pick<Rollout, "stoppedBy">, progress: Progress): ResultWords {
  const counts = countsOf(progress);
  if (stoppedBy !== undefined && progress.stopped > 0)
    return { sign: "■", text: `stopped, ${counts}`, line: ["stopped by ", { person: stoppedBy }, `, ${counts}`] };
  return { sign: signOf(progress), text: counts, line: [counts] };
}

function signOf({ verified, notNeeded, total, failed, unchanged }: Progress): string {
  if (verified + notNeeded === total) return "✔";
  return verified === 0 && failed + unchanged > 0 ? "✖" : "◐";
}

/** What was not begun is said by the number that was upgraded, and by the lines below. */
function countsOf({ verified, notNeeded, total, failed, skipped }: Progress): string {
  if (total === 0) return "no agent was left to upgrade";
  if (notNeeded === total) return total === 1 ? "the agent did not need the upgrade" : "no agent needed the upgrade";
  if (verified === total && total > 1) return `all ${total.toLocaleString("en")} upgraded`;
  const some = `${verified === 0 ? "none" : verified.toLocaleString("en")} of ${total.toLocaleString("en")} upgraded`;
  if (failed > 0) return verified === 0 ? some : `${some}, ${failed.toLocaleString("en")} failed`;
  if (notNeeded > 0) return `${some}, ${notNeeded.toLocaleString("en")} did not need it`;
  return verified === 0 && skipped === total ? `${some}, all skipped` : some;
}

export function tally(progress: Progress): string {
  const upgraded = `${progress.verified.toLocaleString("en")} of ${progress.total.toLocaleString("en")} upgraded`;
  const external = progress.external > 0 ? [`${progress.external} of them outside this rollout`] : [];
  return `${[upgraded, ...external, ...otherCounts(progress)].join(", ")}.`;
}

function otherCounts(progress: Progress): readonly string[] {
  const counts = [
    progress.failed > 0 && `${progress.failed.toLocaleString("en")} failed`,
    progress.unchanged > 0 && `${progress.unchanged} unchanged`,
    progress.skipped > 0 && `${progress.skipped} skipped`,
    progress.inFlight > 0 && `${progress.inFlight} in flight`,
    progress.waiting > 0 && `${progress.waiting.toLocaleString("en")} waiting`,
    progress.toReturn > 0 && `${progress.toReturn.toLocaleString("en")} waiting to come back`,
    progress.stopped > 0 && `${progress.stopped.toLocaleString("en")} not begun`,
  ];
  return counts.filter((part) => part !== false);
}

/** What the heading of a result leaves out; nothing if it has all counts. */
export function resultTally(rollout: Pick<Rollout, "stoppedBy">, progress: Progress): readonly Line[] {
  const inHeading = resultWords(rollout, progress).text.split(", ");
  const { skipped, total } = progress;
  const isAllSkipped = skipped === total;
  const rest = isAllSkipped ? [] : otherCounts(progress).filter((count) => !inHeading.includes(count));
  return [...(rest.length > 0 ? [[`${rest.join(", ")}.`]] : []), ...outsideLine(progress)];
}

/** How many of the upgraded are no work of this rollout's. */
export function outsideLine({ external }: Progress): readonly Line[] {
  const were = external === 1 ? "was" : "were";
  return external > 0 ? [[`${external.toLocaleString("en")} of them ${were} upgraded outside this rollout.`]] : [];
}

export function progressBar(percent: number): string {
  const full = Math.floor(percent / 5);
  return "█".repeat(full) + "░".repeat(20 - full);
}

/** When it starts; undefined where it is not scheduled. */
export function startWords(rollout: Rollout): Line | undefined {
  const { schedule } = rollout;
  return schedule && isScheduled(rollout) ? [moment(schedule.at)] : undefined;
}

/** Where a request stands that has not started. @param policy of its server, as it is now; undefined if that is not configured. */
export function requestWords(rollout: Rollout, policy: Policy | undefined): string {
  return policy && isApproved(rollout, policy) ? "approved, not started yet" : "asks for approval";
}

/** How a rollout that is under way is doing, as its card's heading says it. */
export interface UnderWayWords {
  readonly sign: string;
  readonly text: string;
  /** What the reader has to do, if the heading is the place to say so. */
  readonly need?: string;
}

const STATES = {
  running: { sign: "▶", text: "upgrading" },
  paused: { sign: "⏸", text: "paused" },
  stopping: { sign: "■", text: "stopping" },
} as const;

/** An outage is a state of its own: a reader of "upgrading" would wait for agents that no one upgrades. */
export function underWayWords({
  rollout,
  policy,
  blocked,
  progress,
  kept,
}: {
  readonly rollout: Rollout;
  readonly policy: Policy;
  readonly blocked: readonly Pick<Blocked, "gate" | "cause">[];
  readonly progress: Progress;
  /** Failed agents that keep all slots for which it waits. */
  readonly kept: object | undefined;
}): UnderWayWords {
  const pausedItself = rollout.status === "paused" && rollout.pause?.by === "drydock";
  if ((pausedItself && !isAsking(rollout)) || isHeldApproved(rollout, policy))
    return { ...STATES.paused, need: "Press Resume or Stop." };
  if (rollout.status !== "running") return STATES[rollout.status as keyof typeof STATES];
  const outage = outageWords(rollout.plan.server, blocked);
  if (outage) return outage;
  if (kept || (blocked.length > 0 && progress.inFlight === 0)) return { sign: "▶", text: "waiting" };
  return rollout.plan.relays ? { sign: "▶", text: "upgrading relays" } : STATES.running;
}

/** How a running rollout waits while its server cannot be asked; undefined while it can. */
function outageWords(server: string, blocked: readonly Pick<Blocked, "gate" | "cause">[]): UnderWayWords | undefined {
  const [heading] = blocked.flatMap((found) => shownOf(found).heading?.(server, found.cause.params as Params) ?? []);
  return heading && { sign: "⚠", ...heading };
}

/** `⏸ @alice paused prod-1. 2 upgrades in flight finish; 12 agents wait.` */
export function pauseLine(rollout: Rollout, pause: Pause, progress: Progress): Line {
  const { id } = rollout;
  const rest = restWords(progress, rollout.plan.relays ? "relay" : "agent");
  return pause.by === "drydock"
    ? [`⏸ ${id} paused itself: `, ...causesText(pause.causes), ` ${rest}`]
    : ["⏸ ", { person: pause.by }, ` paused ${id}. ${rest}`];
}

function restWords({ inFlight, waiting }: Progress, unit: string): string {
  const flying = inFlight > 0 && `${count(inFlight, "upgrade")} in flight ${inFlight === 1 ? "finishes" : "finish"}`;
  const left = waiting > 0 && `${count(waiting, unit)} ${waiting === 1 ? "waits" : "wait"}`;
  const said = [flying, left].filter((part) => part !== false);
  return said.length === 0 ? "Nothing is in flight." : `${said.join("; ")}.`;
}

/** What is said while time does not pass: a text that stays true. */
export function startedAt(rollout: Rollout): Line {
  return ["Started ", moment(rollout.startedAt), "."];
}

/** The agents, who began it, who owns it now, the approvers and the reason. */
export function startedBy(rollout: Rollout): Line {
  const owner = { person: rollout.owner, user: rollout.serverUser };
  const [starter = owner] = rollout.parties;
  const owns = starter.person === owner.person ? [] : [" ", ...who(owner), " owns it."];
  const starts = rollout.startedByDrydock ? "started by Drydock for" : "started by";
  const by: Line = [`${agentsOf(rollout.plan)} on ${rollout.plan.server}, ${starts} `, ...who(starter), ".", ...owns];
  const agreed = (rollout.request?.approvals ?? []).flatMap(
    (approval): Line => [" Approved by ", { person: approval.person }, "."],
  );
  // The card of an emergency has its reason further up.
  const reason = rollout.review ? null : rollout.plan.options.reason;
  return [...by, ...(rollout.request?.used ? agreed : []), ...(reason ? [" Reason: ", data(reason)] : [])];
}

function who({ person, user }: Party): Line {
  return [{ person }, " (", data(user.name), ")"];
}

import { everyAgent } from "../model/plan/plan.ts";
import type { RelayOutcome } from "../model/relay/relay-events.ts";
import { isRelayFailure } from "../model/relay/turn.ts";
import { type Course, foldProgress, type Progress } from "../model/rollout/progress.ts";
import { followsUp } from "../model/rollout/retry.ts";
import { isOver, isUnderWay, type Rollout } from "../model/rollout/rollout.ts";
import { type Diagnosis, diagnose, diagnosisNamed } from "../model/upgrade/diagnosis.ts";
import { isFailure } from "../model/upgrade/outcome.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { Projections } from "./projections.ts";

/** How far each rollout had come when it was last asked: it is counted again once it, or one of its attempts, has changed. */
const counted = new WeakMap<Rollout, { readonly upgrades: readonly Upgrade[]; readonly progress: Progress }>();

/** @param relayNames by id, for what people are told. */
export function courseOf(projections: Projections, rollout: Rollout, relayNames?: ReadonlyMap<string, string>): Course {
  const upgrades = projections.newestAttempts(rollout);
  return {
    upgrades,
    retried: (upgrade) => followsUp(rollout, upgrade),
    left: progressOf(projections, rollout).waiting > 0 || upgrades.some(({ postponed }) => postponed !== undefined),
    relayName: (relay) => relayNames?.get(relay) ?? relay,
  };
}

export function progressOf(projections: Projections, rollout: Rollout): Progress {
  const upgrades = projections.newestAttempts(rollout);
  const known = counted.get(rollout);
  if (known?.upgrades === upgrades) return known.progress;
  const progress = relayProgress(rollout) ?? agentProgress(rollout, upgrades);
  counted.set(rollout, { upgrades, progress });
  return progress;
}

function agentProgress(rollout: Rollout, upgrades: readonly Upgrade[]): Progress {
  return foldProgress({
    total: everyAgent(rollout.plan).length,
    toReturn: rollout.plan.waiting?.length ?? 0,
    upgrades,
    stopping: rollout.status === "stopping" || isOver(rollout),
    retried: (upgrade) => followsUp(rollout, upgrade),
  });
}

/** How far a rollout of relays has come, in the words of any other rollout; undefined where it is one of agents. */
export function relayProgress(rollout: Rollout): Progress | undefined {
  const { plan, relayWork } = rollout;
  const { turn, ended } = relayWork;
  if (!plan.relays) return undefined;
  const count = (test: (outcome: RelayOutcome) => boolean) => ended.filter(({ outcome }) => test(outcome)).length;
  const total = plan.relays.length;
  const inFlight = turn ? 1 : 0;
  const left = total - ended.length - inFlight;
  const stopping = rollout.status === "stopping" || isOver(rollout);
  const external = count((outcome) => outcome === "elsewhere");
  return {
    total,
    verified: count((outcome) => outcome === "upgraded") + external,
    external,
    failed: count((outcome) => isRelayFailure(outcome) && outcome !== "unchanged"),
    unchanged: count((outcome) => outcome === "unchanged"),
    skipped: count((outcome) => outcome === "skipped" || outcome === "not-begun" || outcome === "blocked"),
    notNeeded: 0,
    inFlight,
    waiting: stopping ? 0 : left,
    toReturn: 0,
    stopped: stopping ? left : 0,
    percent: total === 0 ? 100 : Math.floor((ended.length * 100) / total),
  };
}

export interface Failures {
  readonly diagnosis: Diagnosis;
  readonly failed: readonly Upgrade[];
}

/** The causes that were told in the thread and for which nobody fails any more. */
export function recoveredFrom({ posts }: Rollout, groups: readonly Failures[]): readonly Diagnosis[] {
  const still = new Set<string>(groups.map(({ diagnosis }) => diagnosis));
  return [...posts.keys()].flatMap((key) => {
    const cause = /^failed-(.+)$/.exec(key)?.[1];
    return cause !== undefined && !still.has(cause) ? (diagnosisNamed(cause) ?? []) : [];
  });
}

/** Failed upgrades by cause. */
export function failuresOf(projections: Projections, rollout: Rollout): readonly Failures[] {
  const groups = new Map<Diagnosis, { readonly diagnosis: Diagnosis; readonly failed: Upgrade[] }>();
  for (const upgrade of projections.newestAttempts(rollout)) {
    if (!upgrade.outcome || !isFailure(upgrade.outcome.kind)) continue;
    const diagnosis = diagnose(upgrade.outcome.kind, upgrade.outcome.detail);
    const group = groups.get(diagnosis) ?? { diagnosis, failed: [] };
    group.failed.push(upgrade);
    groups.set(diagnosis, group);
  }
  return [...groups.values()];
}

/** What has changed since the rollout ended. */
export function lateChanges(projections: Projections, rollout: Rollout): readonly Upgrade[] {
  const ended = rollout.endedPosition ?? Number.POSITIVE_INFINITY;
  return projections.newestAttempts(rollout).filter((upgrade) => upgrade.outcome && upgrade.outcome.position > ended);
}

/** The rollouts of one server that have begun and are not over. */
export function rolloutsUnderWay(projections: Pick<Projections, "openRollouts">, server: string): readonly Rollout[] {
  return projections.openRollouts(server).filter(isUnderWay);
}

import { isDone, isFailure, type Outcome } from "../upgrade/outcome.ts";
import { isPutBack, isUpgradedOutside, type Upgrade } from "../upgrade/upgrade.ts";

export interface Progress {
  readonly total: number;
  /** Upgraded, whoever did it. */
  readonly verified: number;
  /** Of those: upgraded outside the rollout, see isUpgradedOutside. */
  readonly external: number;
  readonly failed: number;
  readonly unchanged: number;
  readonly skipped: number;
  /** Of those: agents that no longer needed the upgrade when their turn came. */
  readonly notNeeded: number;
  /** Asked to upgrade (or about to be), with no outcome yet. */
  readonly inFlight: number;
  readonly waiting: number;
  /** Offline, and waited for: they may turn out to need nothing. */
  readonly toReturn: number;
  /** Waiting when the rollout was stopped: these will not begin. */
  readonly stopped: number;
  readonly percent: number;
}

export interface ProgressInput {
  /** With those that are waited for. */
  readonly total: number;
  readonly toReturn?: number;
  /** The newest attempt of each agent that has begun. */
  readonly upgrades: readonly Upgrade[];
  readonly stopping: boolean;
  /** Whether this upgrade's failure is followed by another attempt that has not begun yet. */
  readonly retried: (upgrade: Upgrade) => boolean;
}

export function foldProgress({ total, upgrades, stopping, retried, ...input }: ProgressInput): Progress {
  const of = new Map<Outcome, number>();
  let [begun, inFlight, notNeeded, external] = [0, 0, 0, 0];
  for (const upgrade of upgrades) {
    if (retried(upgrade) || isPutBack(upgrade)) continue;
    begun += 1;
    const { outcome } = upgrade;
    if (!outcome) inFlight += 1;
    else of.set(outcome.kind, (of.get(outcome.kind) ?? 0) + 1);
    if (outcome?.kind === "skipped" && outcome.detail?.code === "upgrade-not-needed") notNeeded += 1;
    if (isUpgradedOutside(upgrade)) external += 1;
  }
  const sum = (test: (outcome: Outcome) => boolean) =>
    [...of].reduce((n, [kind, some]) => (test(kind) ? n + some : n), 0);
  const toReturn = stopping ? 0 : (input.toReturn ?? 0);
  const notBegun = total - begun - toReturn;
  return {
    total,
    verified: sum(isDone),
    external,
    failed: sum(isFailure),
    unchanged: of.get("unchanged") ?? 0,
    skipped: of.get("skipped") ?? 0,
    notNeeded,
    inFlight,
    waiting: stopping ? 0 : notBegun,
    toReturn,
    stopped: stopping ? notBegun : 0,
    percent: total === 0 ? 100 : Math.floor(((begun - inFlight) * 100) / total),
  };
}

/** How far a rollout's own upgrades have come. */
export interface Course {
  /** The newest attempt of each agent that has begun. */
  readonly upgrades: readonly Upgrade[];
  /** Whether another attempt of the agent follows anyway. */
  readonly retried: (upgrade: Upgrade) => boolean;
  /** Whether anything is left that could begin, or that the server has put off. */
  readonly left: boolean;
  /** What people call a relay; left out = its id has to do. */
  readonly relayName?: ((relay: string) => string) | undefined;
}

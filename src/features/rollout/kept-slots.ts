import { count, names } from "../../core/format.ts";
import { timeOfDay } from "../../core/moment.ts";
import type { Line } from "../../core/view.ts";
import type { Progress } from "../../model/rollout/progress.ts";
import { followsUp } from "../../model/rollout/retry.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { isPutBack, type Upgrade } from "../../model/upgrade/upgrade.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { Slots } from "../../servers/server-status.ts";

/** Agents that failed and may still be upgrading: they keep all slots for which a rollout waits. */
export interface KeptSlots {
  /** Those of the rollout. */
  readonly agents: readonly string[];
  /** How many more are other rollouts'. */
  readonly others: number;
  /** They leave no room behind the relays of those that wait. Where these are is known from their plan. */
  readonly isByPlan: boolean;
  /** When the first slot is free if no agent is back before. */
  readonly until: number;
}

interface Given {
  readonly rollout: Rollout;
  readonly progress: Progress;
  /** Why nothing begins on the server now. */
  readonly blocked: readonly unknown[];
  /** The newest attempt of each agent that has begun. */
  readonly upgrades: readonly Upgrade[];
  /** Whatever holds a slot on the server, in any rollout. */
  readonly holding: readonly Upgrade[];
  readonly slots: Pick<Slots, "open">;
}

/** Slots of one kind that lost agents keep, and when the first is free. */
interface Kept {
  readonly lost: readonly Upgrade[];
  readonly since: number;
}

/** @returns undefined unless nothing else keeps the rollout from its next upgrade. */
export function keptSlots(
  { rollout, progress, blocked, upgrades, holding, slots }: Given,
  { limits, deadlines }: Pick<ManagedServer, "limits" | "deadlines">,
): KeptSlots | undefined {
  if (rollout.status !== "running" || blocked.length > 0) return undefined;
  if (progress.inFlight > 0 || progress.waiting === 0) return undefined;
  const lost = holding.filter(({ outcome }) => outcome);
  const isMine = (upgrade: Upgrade) => upgrade.rollout === rollout.id;
  const all = keptOf(lost.filter(isMine), rollout.plan.options.slots) ?? keptOf(lost, slots.open);
  const kept = all ?? behindFullRelays(rollout, upgrades, lost, limits.perRelay);
  if (!kept) return undefined;
  const mine = kept.lost.filter(isMine);
  return {
    agents: mine.map(({ agent }) => agent.name),
    others: kept.lost.length - mine.length,
    isByPlan: !all,
    until: kept.since + deadlines.zombie,
  };
}

/** Undefined where they leave a slot free. */
function keptOf(lost: readonly Upgrade[], limit: number): Kept | undefined {
  if (lost.length < limit) return undefined;
  const times = lost.map(({ outcome }) => outcome?.at ?? 0).sort((a, b) => a - b);
  const since = times[lost.length - limit];
  return since === undefined ? undefined : { lost, since };
}

/** Those of the lost agents that leave no room behind any relay; undefined if an agent that waits has room. */
function behindFullRelays(
  rollout: Rollout,
  upgrades: readonly Upgrade[],
  lost: readonly Upgrade[],
  perRelay: number,
): Kept | undefined {
  if (lost.length < perRelay) return undefined;
  const begun = new Set(
    upgrades.flatMap((upgrade) => (isPutBack(upgrade) || followsUp(rollout, upgrade) ? [] : [upgrade.agent.id])),
  );
  const waiting = rollout.plan.agents.filter(({ id }) => !begun.has(id));
  const relays = [...new Set(waiting.map(({ relay }) => relay))];
  const behind = (relay: string | undefined) =>
    relay === undefined ? [] : lost.filter(({ agent }) => agent.relay === relay);
  const kept = relays.flatMap((relay) => keptOf(behind(relay), perRelay) ?? []);
  if (kept.length === 0 || kept.length < relays.length) return undefined;
  return { lost: kept.flatMap((one) => one.lost), since: Math.min(...kept.map(({ since }) => since)) };
}

export function keptLine({ agents, others, isByPlan, until }: KeptSlots): Line {
  const n = agents.length + others;
  const [whose, they, slot] =
    n === 1
      ? ["the slot of a failed agent", "it stays", "the slot"]
      : [`slots of ${count(n, "failed agent")}`, "they stay", "the first slot"];
  const some = others > 0 ? `, ${others.toLocaleString("en")} of them of other rollouts,` : "";
  const ofOthers = agents.length > 0 ? some : n === 1 ? " of another rollout" : " of other rollouts";
  return [
    `Drydock waits for ${whose}${ofOthers} that may still be upgrading`,
    ...(agents.length > 0 ? [": ", ...names(agents, 3)] : []),
    isByPlan ? ". By the plan, all agents that wait are behind the same relays. " : ". ",
    `If ${they} away, ${slot} is free at about `,
    timeOfDay(until),
    ".",
  ];
}

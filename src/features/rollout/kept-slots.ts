import { count, names } from "../../core/format.ts";
import { timeOfDay } from "../../core/moment.ts";
import type { Line } from "../../core/view.ts";
import type { Progress } from "../../model/rollout/progress.ts";
import { followsUp } from "../../model/rollout/retry.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { isPutBack, type Upgrade } from "../../model/upgrade/upgrade.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { Slots } from "../../servers/server-status.ts";

/** Agents that failed and may still be upgrading: they keep all slots for which their rollout waits. */
export interface KeptSlots {
  readonly agents: readonly string[];
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
  readonly slots: Pick<Slots, "open">;
}

/** @returns undefined unless nothing else keeps the rollout from its next upgrade. */
export function keptSlots(
  { rollout, progress, blocked, upgrades, slots }: Given,
  { limits, deadlines }: Pick<ManagedServer, "limits" | "deadlines">,
): KeptSlots | undefined {
  if (rollout.status !== "running" || blocked.length > 0) return undefined;
  if (progress.inFlight > 0 || progress.waiting === 0) return undefined;
  const lost = upgrades.filter(({ outcome, holdsSlot }) => outcome && holdsSlot);
  const allSlots = Math.min(rollout.plan.options.slots, slots.open);
  const keeping = lost.length >= allSlots ? lost : behindFullRelays(rollout, upgrades, lost, limits.perRelay);
  if (keeping.length === 0) return undefined;
  return {
    agents: keeping.map(({ agent }) => agent.name),
    until: Math.min(...keeping.map(({ outcome }) => outcome?.at ?? 0)) + deadlines.zombie,
  };
}

/** Those of the lost agents that leave no room behind any relay; none if an agent that waits has room. */
function behindFullRelays(
  rollout: Rollout,
  upgrades: readonly Upgrade[],
  lost: readonly Upgrade[],
  perRelay: number,
): readonly Upgrade[] {
  if (lost.length < perRelay) return [];
  const isFull = (relay: string | undefined) =>
    relay !== undefined && lost.filter(({ agent }) => agent.relay === relay).length >= perRelay;
  const begun = new Set(
    upgrades.flatMap((upgrade) => (isPutBack(upgrade) || followsUp(rollout, upgrade) ? [] : [upgrade.agent.id])),
  );
  const waiting = rollout.plan.agents.filter(({ id }) => !begun.has(id));
  const relays = new Set(waiting.map(({ relay }) => relay));
  return [...relays].every(isFull) ? lost.filter(({ agent }) => relays.has(agent.relay)) : [];
}

export function keptLine({ agents, until }: KeptSlots): Line {
  const [whose, they, slot] =
    agents.length === 1
      ? ["the slot of a failed agent", "it stays", "the slot"]
      : [`slots of ${count(agents.length, "failed agent")}`, "they stay", "the first slot"];
  return [
    `Drydock waits for ${whose} that may still be upgrading: `,
    ...names(agents, 3),
    `. If ${they} away, ${slot} is free at about `,
    timeOfDay(until),
    ".",
  ];
}

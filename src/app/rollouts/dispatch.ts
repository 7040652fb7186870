import { fitsWindow } from "../../domain/gates/exceeds-window.ts";
import { next, type Queue } from "../../domain/rollouts/dispatch.ts";
import { pendingRetry } from "../../domain/rollouts/retry.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { isPutBack, triesAgain, type Upgrade, upgradeId } from "../../domain/upgrades/upgrade.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Clock, Engine } from "../ports.ts";
import type { Projections } from "../projections.ts";
import { quarantinedOn } from "../relays/quarantined.ts";
import { onlyThese } from "./guard-events.ts";
import { createRelayCapacity, type RelayCapacity } from "./relay-capacity.ts";

/** Hands to the engine what may begin now. The pure part is domain/dispatch; here is only what it looks at. */
export interface Dispatcher {
  run(server: ManagedServer): Promise<void>;
  /** An upgrade that was handed over has come back, begun or not. */
  returned(id: string): void;
}

/** No more than this is looked for at once: there are at most ten slots. */
const LOOKAHEAD = 10;

export function createDispatcher(ports: {
  readonly projections: Projections;
  readonly engine: Engine;
  readonly clock: Clock;
  /** How many slots of the server are open. */
  readonly openSlots: (server: ManagedServer) => number;
  /** Whether a deployment runs on the agent of this attempt: others go first. */
  readonly isBusy: (server: ManagedServer, id: string) => boolean;
}): Dispatcher {
  const { projections, engine, clock, openSlots, isBusy } = ports;
  /** Handed to the engine and not begun yet: these are not in the ledger, but they are on their way to a slot. */
  const handed = new Map<string, string>();
  /** When (monotonic) a retry may begin. */
  const retryFrom = new Map<string, number>();
  /** How far each rollout's plan has begun: agents begin in the plan's order. */
  const begun = new Map<string, number>();

  /** Whether it should be over before the window closes; what would not be waits for the next one. */
  function isInTime({ name, policy }: ManagedServer, agent: { readonly id: string; readonly relay?: string }): boolean {
    return policy.windows.length === 0 || fitsWindow(policy, clock.now(), projections.learned.expect(name, agent).ms);
  }

  /** What may begin, the next one first. */
  function waitingOf(
    server: ManagedServer,
    rollout: Rollout,
    open: readonly Upgrade[],
    capacity: RelayCapacity,
  ): readonly string[] {
    const { upgrading } = projections.server(rollout.plan.server).external;
    const isQuarantined = quarantinedOn(projections, server.name);
    const ahead = capacity.ahead();
    const { agents } = rollout.plan;
    const only = onlyThese(projections, rollout);
    const again = open.filter(
      (upgrade) =>
        upgrade.rollout === rollout.id &&
        triesAgain(upgrade) &&
        isInTime(server, upgrade.agent) &&
        !isQuarantined(upgrade.agent),
    );
    const putBack = open.filter((upgrade) => upgrade.rollout === rollout.id && isPutBack(upgrade));
    const attempts = [...again, ...retriesDue(server, rollout, only)]
      .map(({ agent, attempt }) => upgradeId(rollout.id, agent.id, attempt + 1))
      .filter((id) => !projections.upgrade(id));
    const first = [...putBack.map(({ id }) => id), ...attempts].filter((id) => !handed.has(id) && !isBusy(server, id));
    let start = begun.get(rollout.id) ?? 0;
    while (start < agents.length && projections.attempts(rollout.id, agents[start]?.id ?? "").length > 0) start += 1;
    begun.set(rollout.id, start);
    const waiting: string[] = [];
    for (let i = start; i < agents.length && waiting.length < LOOKAHEAD; i += 1) {
      const agent = agents[i];
      if (!agent || (only && !only.has(agent.id)) || projections.attempts(rollout.id, agent.id).length > 0) continue;
      const id = upgradeId(rollout.id, agent.id, 1);
      if (handed.has(id) || upgrading.has(agent.id) || isQuarantined(agent) || !isInTime(server, agent)) continue;
      if (isBusy(server, id)) continue;
      if (ahead.takes(agent)) waiting.push(id);
    }
    return [...first, ...waiting];
  }

  /** Its pause is measured from when this process first saw it, and is no longer than any pause: the wall clock may have been set. */
  function isRetryDue({ policy }: ManagedServer, id: string, notBefore: number): boolean {
    const now = clock.monotonic();
    const pause = Math.min(notBefore - clock.now(), Math.max(0, ...policy.retryPauses));
    const from = retryFrom.get(id) ?? now + pause;
    retryFrom.set(id, from);
    return from <= now;
  }

  /** What somebody wants to be tried again, once its pause is over. */
  function retriesDue(
    server: ManagedServer,
    rollout: Rollout,
    only: ReadonlySet<string> | undefined,
  ): readonly Upgrade[] {
    const isQuarantined = quarantinedOn(projections, server.name);
    return [...rollout.guards.retries].flatMap(([agentId, { notBefore }]) => {
      const newest = projections.attempts(rollout.id, agentId).at(-1);
      if (!newest || !pendingRetry(rollout, newest)) return [];
      const id = upgradeId(rollout.id, agentId, newest.attempt + 1);
      const due = isRetryDue(server, id, notBefore) && (only?.has(agentId) ?? true);
      return due && isInTime(server, newest.agent) && !isQuarantined(newest.agent) ? [newest] : [];
    });
  }

  return {
    async run(server) {
      const open = projections.openUpgrades(server.name);
      const holding = open.filter((upgrade) => upgrade.holdsSlot);
      const pending = [...handed].filter(([id]) => !projections.upgrade(id)?.holdsSlot);
      const mine = pending.filter(([, rollout]) => projections.rollouts.get(rollout)?.plan.server === server.name);
      const capacity = createRelayCapacity(projections, server, [
        ...holding.map(({ id }) => id),
        ...mine.map(([id]) => id),
      ]);
      const queues: Queue[] = [];
      for (const rollout of projections.rollouts.values()) {
        if (rollout.status !== "running" || rollout.plan.server !== server.name) continue;
        const inFlight =
          holding.filter((upgrade) => upgrade.rollout === rollout.id).length +
          pending.filter(([, id]) => id === rollout.id).length;
        const waiting = waitingOf(server, rollout, open, capacity);
        queues.push({ rollout: rollout.id, slots: rollout.plan.options.slots, inFlight, waiting });
      }
      const outside = projections.server(server.name).external.upgrading.size;
      const ids = next({
        slotLimit: openSlots(server),
        occupied: holding.length + mine.length + outside,
        queues,
        spread: capacity,
      });
      for (const id of ids) handed.set(id, id.slice(0, id.indexOf(".")));
      if (ids.length > 0) await engine.submit(server.name, ids);
    },
    returned(id) {
      handed.delete(id);
      retryFrom.delete(id);
    },
  };
}

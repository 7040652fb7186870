import { fits } from "../../domain/gates/outrun.ts";
import { next, type Queue } from "../../domain/rollouts/dispatch.ts";
import { pendingRetry } from "../../domain/rollouts/retry.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { triesAgain, type Upgrade, upgradeId } from "../../domain/upgrades/upgrade.ts";
import type { Board } from "../board.ts";
import type { Clock, Engine } from "../ports.ts";
import { reservedOn } from "../relays/reserved.ts";
import type { Site } from "../site.ts";
import { type Crowd, createCrowd } from "./crowd.ts";
import { onlyThese } from "./steer.ts";

/** Hands to the engine what may begin now. The pure part is domain/dispatch; here is only what it looks at. */
export interface Dispatcher {
  run(site: Site): Promise<void>;
  /** An upgrade that was handed over has come back, begun or not. */
  returned(id: string): void;
}

/** No more than this is looked for at once: there are at most ten slots. */
const AHEAD = 10;

export function createDispatcher(ports: {
  readonly board: Board;
  readonly engine: Engine;
  readonly clock: Clock;
  /** How many slots of the server are open. */
  readonly openSlots: (site: Site) => number;
  /** A pause or a stop that is not in the ledger yet. */
  readonly isHalted: (rollout: string) => boolean;
}): Dispatcher {
  const { board, engine, clock, openSlots, isHalted } = ports;
  /** Handed to the engine and not begun yet: these are not in the ledger, but they are on their way to a slot. */
  const handed = new Map<string, string>();
  /** When (monotonic) a retry may begin. */
  const retryFrom = new Map<string, number>();
  /** How far each rollout's plan has begun: agents begin in the plan's order. */
  const begun = new Map<string, number>();

  /** Whether it should be over before the window closes; what would not be waits for the next one. */
  function isInTime({ name, policy }: Site, agent: { readonly id: string; readonly relay?: string }): boolean {
    return policy.windows.length === 0 || fits(policy, clock.now(), board.learned.expect(name, agent).ms);
  }

  /** What may begin, the next one first. */
  function waitingOf(site: Site, rollout: Rollout, open: readonly Upgrade[], crowd: Crowd): readonly string[] {
    const { upgrading } = board.server(rollout.plan.server).elsewhere;
    const isReserved = reservedOn(board, site.name);
    const ahead = crowd.ahead();
    const { agents } = rollout.plan;
    const only = onlyThese(board, rollout);
    const again = open.filter(
      (upgrade) =>
        upgrade.rollout === rollout.id &&
        triesAgain(upgrade) &&
        isInTime(site, upgrade.agent) &&
        !isReserved(upgrade.agent),
    );
    const first = [...again, ...retriesDue(site, rollout, only)]
      .map(({ agent, attempt }) => upgradeId(rollout.id, agent.id, attempt + 1))
      .filter((id) => !board.upgrade(id) && !handed.has(id));
    let start = begun.get(rollout.id) ?? 0;
    while (start < agents.length && board.attempts(rollout.id, agents[start]?.id ?? "").length > 0) start += 1;
    begun.set(rollout.id, start);
    const waiting: string[] = [];
    for (let i = start; i < agents.length && waiting.length < AHEAD; i += 1) {
      const agent = agents[i];
      if (!agent || (only && !only.has(agent.id)) || board.attempts(rollout.id, agent.id).length > 0) continue;
      const id = upgradeId(rollout.id, agent.id, 1);
      if (handed.has(id) || upgrading.has(agent.id) || isReserved(agent) || !isInTime(site, agent)) continue;
      if (ahead.takes(agent)) waiting.push(id);
    }
    return [...first, ...waiting];
  }

  /** Its pause is measured from when this process first saw it, and is no longer than any pause: the wall clock may have been set. */
  function isRetryDue({ policy }: Site, id: string, notBefore: number): boolean {
    const now = clock.monotonic();
    const pause = Math.min(notBefore - clock.now(), Math.max(0, ...policy.retryPauses));
    const from = retryFrom.get(id) ?? now + pause;
    retryFrom.set(id, from);
    return from <= now;
  }

  /** What somebody wants to be tried again, once its pause is over. */
  function retriesDue(site: Site, rollout: Rollout, only: ReadonlySet<string> | undefined): readonly Upgrade[] {
    const isReserved = reservedOn(board, site.name);
    return [...rollout.steering.retries].flatMap(([agentId, { notBefore }]) => {
      const newest = board.attempts(rollout.id, agentId).at(-1);
      if (!newest || !pendingRetry(rollout, newest)) return [];
      const id = upgradeId(rollout.id, agentId, newest.attempt + 1);
      const due = isRetryDue(site, id, notBefore) && (only?.has(agentId) ?? true);
      return due && isInTime(site, newest.agent) && !isReserved(newest.agent) ? [newest] : [];
    });
  }

  return {
    async run(site) {
      const open = board.openUpgrades(site.name);
      const holding = open.filter((upgrade) => upgrade.holdsSlot);
      const pending = [...handed].filter(([id]) => !board.upgrade(id)?.holdsSlot);
      const mine = pending.filter(([, rollout]) => board.rollouts.get(rollout)?.plan.server === site.name);
      const crowd = createCrowd(board, site, [...holding.map(({ id }) => id), ...mine.map(([id]) => id)]);
      const queues: Queue[] = [];
      for (const rollout of board.rollouts.values()) {
        if (rollout.status !== "running" || rollout.plan.server !== site.name || isHalted(rollout.id)) continue;
        const inFlight =
          holding.filter((upgrade) => upgrade.rollout === rollout.id).length +
          pending.filter(([, id]) => id === rollout.id).length;
        const waiting = waitingOf(site, rollout, open, crowd);
        queues.push({ rollout: rollout.id, slots: rollout.plan.options.slots, inFlight, waiting });
      }
      const outside = board.server(site.name).elsewhere.upgrading.size;
      const ids = next({
        slotLimit: openSlots(site),
        occupied: holding.length + mine.length + outside,
        queues,
        spread: crowd,
      });
      for (const id of ids) handed.set(id, id.slice(0, id.indexOf(".")));
      if (ids.length > 0) await engine.submit(site.name, ids);
    },
    returned(id) {
      handed.delete(id);
      retryFrom.delete(id);
    },
  };
}

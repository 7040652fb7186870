import type { Clock, Engine, Log } from "../core/ports.ts";
import type { AgentSituation } from "../gates/agent-situation.ts";
import { blockedAt } from "../gates/index.ts";
import { everyAgent } from "../model/plan/plan.ts";
import { next, type Queue } from "../model/rollout/dispatch.ts";
import { pendingRetry, repeats } from "../model/rollout/retry.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { isPutBack, parseUpgradeId, type Upgrade, upgradeId } from "../model/upgrade/upgrade.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { rolloutSituationOf } from "../servers/server-status.ts";
import { agentSituations, waitsForCanaries } from "./agent-situations.ts";
import type { KnownRelays } from "./known-relays.ts";
import { createRelayCapacity, type RelayCapacity } from "./relay-capacity.ts";

/** Hands to the engine what may begin now. The pure part is model/rollout/dispatch; here is only what it looks at. */
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
  readonly log: Log;
  /** How many slots of the server are open. */
  readonly openSlots: (server: ManagedServer) => number;
  /** What was last seen to run on the agent of this attempt: others go first. */
  readonly deploymentSeen: (server: ManagedServer, id: string) => AgentSituation["deployment"];
  readonly knownRelays: KnownRelays;
}): Dispatcher {
  const { projections, engine, clock, log, openSlots, deploymentSeen, knownRelays } = ports;
  /** Handed to the engine and not begun yet: these are not in the ledger, but they are on their way to a slot. */
  const handed = new Map<string, string>();
  /** When (monotonic) a retry may begin. */
  const retryFrom = new Map<string, number>();
  /** How far each rollout's plan has begun: agents begin in the plan's order. */
  const begun = new Map<string, number>();

  /** What may begin, the next one first. */
  function waitingOf(
    server: ManagedServer,
    rollout: Rollout,
    asked: ReturnType<typeof retriesOf>,
    open: readonly Upgrade[],
    capacity: RelayCapacity,
  ): readonly string[] {
    const { external } = projections.server(server.name);
    const isAfterCanaries = waitsForCanaries(projections, rollout);
    const situationOf = agentSituations(projections, server, clock.now());
    const isFree = (agent: Parameters<typeof situationOf>[0], more: Parameters<typeof situationOf>[1]) =>
      blockedAt("dispatch", "agent", situationOf(knownRelays.placed(agent), more), server.policy).length === 0;

    const ofRollout = open.filter((upgrade) => upgrade.rollout === rollout.id);
    const putBack = ofRollout.filter(isPutBack).map(({ id, agent }) => ({ id, agent, more: {} }));
    const again = ofRollout
      .filter((upgrade) => repeats(rollout, upgrade))
      .map(({ agent, attempt }) => {
        const id = upgradeId(rollout.id, agent.id, attempt + 1);
        return { id, agent, more: {} };
      });
    const retries = asked.map(({ id, agent, retryIn }) => {
      return { id, agent, more: { afterCanaries: isAfterCanaries(agent.id), retryIn } };
    });
    const first = [...putBack, ...[...again, ...retries].filter(({ id }) => !projections.upgrade(id))]
      .filter(({ id, agent, more }) => {
        const deployment = deploymentSeen(server, id);
        const isExternal = external.upgrading.has(agent.id);
        return !handed.has(id) && isFree(agent, { ...more, deployment, external: isExternal });
      })
      .map(({ id }) => id);
    const { agents } = rollout.plan;
    const ahead = capacity.ahead();
    let start = begun.get(rollout.id) ?? 0;
    while (start < agents.length && projections.attempts(rollout.id, agents[start]?.id ?? "").length > 0) start += 1;
    begun.set(rollout.id, start);
    const waiting: string[] = [];
    for (let i = start; i < agents.length && waiting.length < LOOKAHEAD; i += 1) {
      const agent = agents[i];
      if (!agent || projections.attempts(rollout.id, agent.id).length > 0) continue;
      const id = upgradeId(rollout.id, agent.id, 1);
      const afterCanaries = isAfterCanaries(agent.id);
      const deployment = deploymentSeen(server, id);
      const isExternal = external.upgrading.has(agent.id);
      if (handed.has(id) || !isFree(agent, { afterCanaries, deployment, external: isExternal })) continue;
      if (ahead.takes(knownRelays.placed(agent))) waiting.push(id);
    }
    return [...first, ...waiting];
  }

  /** Its pause is measured from when this process first saw it, and is no longer than any pause: the wall clock may have been set. */
  function retryIn({ policy }: ManagedServer, id: string, notBefore: number): number {
    const now = clock.monotonic();
    const pause = Math.min(notBefore - clock.now(), Math.max(0, ...policy.retryPauses));
    const from = retryFrom.get(id) ?? now + pause;
    retryFrom.set(id, from);
    return Math.max(0, from - now);
  }

  /** What somebody wants to be tried again. */
  function retriesOf(server: ManagedServer, rollout: Rollout) {
    return [...rollout.guards.retries].flatMap(([agentId, { notBefore }]) => {
      const newest = projections.attempts(rollout.id, agentId).at(-1);
      if (!newest || !pendingRetry(rollout, newest)) return [];
      const id = upgradeId(rollout.id, agentId, newest.attempt + 1);
      return [{ agent: newest.agent, id, retryIn: retryIn(server, id, notBefore) }];
    });
  }

  function forgetOver(): void {
    const open = new Set(projections.openRollouts().map(({ id }) => id));
    for (const rollout of begun.keys()) if (!open.has(rollout)) begun.delete(rollout);
    for (const id of retryFrom.keys()) if (!open.has(parseUpgradeId(id)?.rollout ?? "")) retryFrom.delete(id);
  }

  return {
    async run(server) {
      forgetOver();
      const open = projections.openUpgrades(server.name);
      const holding = open.filter((upgrade) => upgrade.holdsSlot);
      const pending = [...handed].filter(([id]) => !projections.upgrade(id)?.holdsSlot);
      const mine = pending.filter(([, rollout]) => projections.rollouts.get(rollout)?.plan.server === server.name);
      const inFlight = [...holding.map(({ id }) => id), ...mine.map(([id]) => id)];
      const capacity = createRelayCapacity(projections, server, { inFlight, knownRelays });
      const outside = projections.server(server.name).external.upgrading.size;
      const slotLimit = openSlots(server);
      const occupied = holding.length + mine.length + outside;
      const queues: Queue[] = [];
      for (const rollout of projections.openRollouts(server.name)) {
        if (rollout.status !== "running") continue;
        const situation = rolloutSituationOf(projections, rollout, clock.now());
        if (blockedAt("dispatch", "rollout", situation, server.policy).length > 0) continue;
        const inFlight =
          holding.filter((upgrade) => upgrade.rollout === rollout.id).length +
          pending.filter(([, id]) => id === rollout.id).length;
        const { slots } = rollout.plan.options;
        // The pauses of retries go on while all slots are taken.
        const asked = retriesOf(server, rollout);
        if (occupied >= slotLimit || inFlight >= slots) continue;
        const waiting = waitingOf(server, rollout, asked, open, capacity);
        queues.push({ rollout: rollout.id, slots, inFlight, waiting });
      }
      const ids = next({ slotLimit, occupied, queues, spread: capacity });
      for (const id of ids) {
        const { rollout = "", agentId } = parseUpgradeId(id) ?? {};
        handed.set(id, rollout);
        const { callId, plan } = projections.rollouts.get(rollout) ?? {};
        const agentName = plan && everyAgent(plan).find((planned) => planned.id === agentId)?.name;
        log.info({ server: server.name, rollout, id, agentName, callId }, "an agent's turn to be upgraded has come");
      }
      if (ids.length > 0) await engine.submit(server.name, ids);
    },
    returned(id) {
      handed.delete(id);
      retryFrom.delete(id);
    },
  };
}

import type { ServerName } from "../core/ports.ts";
import type { StoredEvent } from "../model/events.ts";
import { beginsNoMore, type Rollout } from "../model/rollout/rollout.ts";
import { evolveUpgrade } from "../model/upgrade/evolve-upgrade.ts";
import { isPutBack, type Upgrade } from "../model/upgrade/upgrade.ts";

/** The attempts at upgrades that are in memory. */
export interface Attempts {
  readonly all: ReadonlyMap<string, Upgrade>;
  /** Returns the attempt as it is now; undefined if the event is of none. */
  fold(id: string, event: StoredEvent): Upgrade | undefined;
  /** Those of one agent in a rollout, newest last. */
  of(rollout: string, agentId: string): readonly Upgrade[];
  /**
   * The newest of each of the rollout's agents that has begun, in the plan's order: the same list until one of them changes. Once
   * the rollout is stopped, a retry that the server put off never begins, so the failure before it is what counts.
   */
  newest(rollout: Rollout): readonly Upgrade[];
  /** All of a rollout. */
  inRollout(rollout: string): readonly Upgrade[];
  /** Those on a server whose stream is open. */
  open(server: ServerName): readonly Upgrade[];
  /** Takes a rollout's attempts out of memory. */
  forget(rollout: string): void;
}

const NONE: readonly Upgrade[] = [];

/** @param saved attempts of an earlier process, in the order in which they began. */
export function createAttempts(saved: Iterable<Upgrade> = []): Attempts {
  const upgrades = new Map<string, Upgrade>();
  /** Each agent's attempts in a rollout: rollout id, then agent id. */
  const byAgent = new Map<string, Map<string, readonly Upgrade[]>>();
  /** By rollout, for the agents of its plan as it was then. */
  const newest = new Map<
    string,
    {
      readonly agents: Rollout["plan"]["agents"];
      readonly isEnding: boolean;
      readonly attempts: readonly Upgrade[];
    }
  >();
  const open = new Map<ServerName, Map<string, Upgrade>>();

  function keep(next: Upgrade): void {
    const { id, rollout, agent, server } = next;
    const agents = byAgent.get(rollout) ?? new Map<string, readonly Upgrade[]>();
    const before = agents.get(agent.id) ?? NONE;
    const after = upgrades.has(id) ? before.map((one) => (one.id === id ? next : one)) : [...before, next];
    byAgent.set(rollout, agents.set(agent.id, after));
    upgrades.set(id, next);
    replaceNewest(rollout, before.at(-1), after.at(-1) ?? next);
    const still = open.get(server) ?? new Map<string, Upgrade>();
    open.set(server, still);
    if (next.closed) still.delete(id);
    else still.set(id, next);
  }

  /** An agent keeps its place in the list, so the plan is walked only for its first attempt. */
  function replaceNewest(rollout: string, before: Upgrade | undefined, after: Upgrade): void {
    const known = newest.get(rollout);
    const place = known && before ? known.attempts.indexOf(before) : -1;
    if (known && place >= 0 && !isPutBack(after))
      newest.set(rollout, { ...known, attempts: known.attempts.with(place, after) });
    else newest.delete(rollout);
  }

  const of = (rollout: string, agentId: string) => byAgent.get(rollout)?.get(agentId) ?? NONE;

  for (const upgrade of saved) keep(upgrade);
  return {
    all: upgrades,
    fold(id, event) {
      const next = evolveUpgrade(upgrades.get(id), event);
      if (next) keep(next);
      return next;
    },
    of,
    newest(rollout) {
      const {
        id,
        plan: { agents },
      } = rollout;
      const known = newest.get(id);
      const isEnding = beginsNoMore(rollout);
      if (known?.agents === agents && known.isEnding === isEnding) return known.attempts;
      const attempts = agents.flatMap((agent) => {
        const [before, last] = of(id, agent.id).slice(-2);
        return (isEnding && before && last && isPutBack(last) ? before : (last ?? before)) ?? [];
      });
      newest.set(id, { agents, isEnding, attempts });
      return attempts;
    },
    inRollout: (rollout) => [...(byAgent.get(rollout)?.values() ?? [])].flat(),
    open: (server) => [...(open.get(server)?.values() ?? [])],
    forget(rollout) {
      for (const attempts of byAgent.get(rollout)?.values() ?? []) for (const { id } of attempts) upgrades.delete(id);
      byAgent.delete(rollout);
      newest.delete(rollout);
    },
  };
}

import type { PlannedAgent } from "../../domain/plans/plan.ts";
import { noRoomWords, type PoolStanding, roomIn } from "../../domain/plans/pools.ts";
import type { Spread } from "../../domain/rollouts/dispatch.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { parseUpgradeId } from "../../domain/upgrades/upgrade.ts";
import type { Board } from "../board.ts";
import type { Site } from "../site.ts";

type Placed = Pick<PlannedAgent, "id" | "relay">;

/** The groups of a server's agents of which only some may be away together, and how much room is left in each now. */
export interface Crowd extends Spread {
  /** Looks ahead over the agents of one rollout: takes no more of a group than could begin. */
  ahead(rollout: Rollout): { takes(agent: Placed): boolean };
  /** Why an agent pool has no room for this one now; undefined where all of its pools have. */
  poolBar(rollout: Rollout, agentId: string): string | undefined;
}

/** @param inFlight ids of upgrades that hold a slot, or are on their way to one. */
export function createCrowd(board: Board, site: Site, inFlight: readonly string[]): Crowd {
  const survey = site.pools?.survey();
  const behind = new Map<string, number>();
  const rooms = new Map<string, number>();

  function agentOf(id: string): Placed | undefined {
    const place = parseUpgradeId(id);
    const agents = board.rollouts.get(place?.rollout ?? "")?.plan.agents ?? [];
    return board.upgrade(id)?.agent ?? agents.find((planned) => planned.id === place?.agentId);
  }

  const flying = inFlight.flatMap((id) => agentOf(id) ?? []);
  for (const { relay } of flying) if (relay !== undefined) behind.set(relay, (behind.get(relay) ?? 0) + 1);
  const upgrading = new Set([...flying.map(({ id }) => id), ...board.server(site.name).elsewhere.upgrading.keys()]);

  function poolsOf(agentId: string): readonly PoolStanding[] {
    return survey?.get(agentId) ?? [];
  }

  function groupsOf({ id, relay }: Placed): readonly string[] {
    return [...(relay === undefined ? [] : [relayGroup(relay)]), ...poolsOf(id).map(poolGroup)];
  }

  function roomFor(group: string, agent: Placed, rollout: Rollout | undefined): number {
    const pool = poolsOf(agent.id).find((standing) => poolGroup(standing) === group);
    return pool ? poolRoom(pool, rollout) : site.limits.perRelay - (behind.get(agent.relay ?? "") ?? 0);
  }

  /** A pool may have as many agents as the fleet: its room is worked out once. */
  function poolRoom(pool: PoolStanding, rollout: Rollout | undefined): number {
    const lastToo = rollout?.plan.options.includeLast === true;
    const key = `${lastToo} ${pool.id}`;
    const room = rooms.get(key) ?? roomIn(pool, upgrading, lastToo);
    rooms.set(key, room);
    return room;
  }

  return {
    groupsOf: (id) => groupsOf(agentOf(id) ?? { id: "" }),
    roomOf: (group, id) =>
      roomFor(group, agentOf(id) ?? { id: "" }, board.rollouts.get(parseUpgradeId(id)?.rollout ?? "")),
    ahead(rollout) {
      const taken = new Map<string, number>();
      return {
        takes(agent) {
          const groups = groupsOf(agent);
          if (groups.some((group) => (taken.get(group) ?? 0) >= roomFor(group, agent, rollout))) return false;
          for (const group of groups) taken.set(group, (taken.get(group) ?? 0) + 1);
          return true;
        },
      };
    },
    poolBar(rollout, agentId) {
      const full = poolsOf(agentId).find((pool) => poolRoom(pool, rollout) <= 0);
      return full && noRoomWords(full, upgrading);
    },
  };
}

function relayGroup(relay: string): string {
  return `relay ${relay}`;
}

function poolGroup({ id }: PoolStanding): string {
  return `pool ${id}`;
}

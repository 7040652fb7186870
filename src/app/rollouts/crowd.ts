import type { Spread } from "../../domain/dispatch.ts";
import type { PlannedAgent } from "../../domain/plan.ts";
import { parseUpgradeId } from "../../domain/upgrade.ts";
import type { Board } from "../board.ts";
import type { Site } from "../site.ts";

/** The groups of a server's agents of which only some may be away together, and how much room is left in each now. */
export interface Crowd extends Spread {
  /** Looks ahead over the agents of one rollout: takes no more of a group than could begin. */
  ahead(): { takes(agent: PlannedAgent): boolean };
}

/** @param inFlight ids of upgrades that hold a slot, or are on their way to one. */
export function createCrowd(board: Board, site: Site, inFlight: readonly string[]): Crowd {
  const away = new Map<string, number>();
  const roomOf = (group: string) => site.limits.perRelay - (away.get(group) ?? 0);

  function groupsOf(id: string): readonly string[] {
    const place = parseUpgradeId(id);
    const agents = board.rollouts.get(place?.rollout ?? "")?.plan.agents ?? [];
    return groupsOfAgent(board.upgrade(id)?.agent ?? agents.find((planned) => planned.id === place?.agentId) ?? {});
  }

  for (const id of inFlight) for (const group of groupsOf(id)) away.set(group, (away.get(group) ?? 0) + 1);

  return {
    groupsOf,
    roomOf,
    ahead() {
      const taken = new Map<string, number>();
      return {
        takes(agent) {
          const groups = groupsOfAgent(agent);
          if (groups.some((group) => (taken.get(group) ?? 0) >= roomOf(group))) return false;
          for (const group of groups) taken.set(group, (taken.get(group) ?? 0) + 1);
          return true;
        },
      };
    },
  };
}

function groupsOfAgent({ relay }: { readonly relay?: string }): readonly string[] {
  return relay === undefined ? [] : [relay];
}

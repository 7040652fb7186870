import type { Agent } from "../core/agent.ts";
import type { Relay } from "../model/deploy-server.ts";
import { VIEW_RELAYS } from "../servers/none-visible.ts";
import type { Access } from "./access.ts";

/** Tells of each relay whether the person may view it, by View Agent Relays or by one of the first agents behind it. */
export function relayViewer(agents: readonly Agent[], { nowhere, views }: Access): (relay: Relay) => Promise<boolean> {
  return async ({ id }) => {
    if ((await nowhere([VIEW_RELAYS])).length === 0) return true;
    const behind = agents.filter(({ relayId }) => relayId === id);
    return viewsOne(behind, views);
  };
}

async function viewsOne(behind: readonly Agent[], views: (id: string) => Promise<boolean>): Promise<boolean> {
  for (const { id } of behind.slice(0, MAX_ASKED)) if (await views(id)) return true;
  return false;
}

/** So many agents behind a relay are asked about, the first ones, before it counts as one of which the person may view none. */
export const MAX_ASKED = 20;

import { type Agent, isConnected } from "../core/agent.ts";
import { type Cause, cause } from "../core/cause.ts";
import { wantedPermissions } from "../model/policy.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { VIEW_RELAYS } from "../servers/none-visible.ts";
import type { Access } from "./access.ts";

/**
 * Why the person may not take this relay's agents down; undefined where they may. With no agents behind it the rights have to be
 * held on any team, and the one to see relays at all.
 */
export async function missingBehind(
  server: ManagedServer,
  access: Access,
  behind: readonly Agent[],
  progress: (done: number) => void,
): Promise<Cause | undefined> {
  if (behind.length === 0) {
    const lacking = await access.nowhere([...wantedPermissions(server.policy, new Set()), VIEW_RELAYS]);
    return lacking.length > 0 ? cause("lacks-permission-anywhere", { permissions: lacking }) : undefined;
  }
  const { missing } = await access.lacks(behind, { progress });
  const blocked = behind.filter(({ id }) => (missing.get(id) ?? ["every right"]).length > 0);
  const lacking = new Set(blocked.flatMap(({ id }) => missing.get(id) ?? ["every right"]));
  return blocked.length > 0
    ? cause("lacks-permission-behind", { permissions: [...lacking], agents: blocked.length, of: behind.length })
    : undefined;
}

/** The agents behind a relay, for its turn. */
export function behindRelay(agents: readonly Agent[], relayId: string) {
  return agents
    .filter((agent) => agent.relayId === relayId)
    .map(({ id, name, status }) => ({ id, name, connected: isConnected(status) }));
}

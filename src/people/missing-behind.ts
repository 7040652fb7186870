import { type Agent, isConnected } from "../core/agent.ts";
import { type Cause, cause } from "../core/cause.ts";
import { wantedPermissions } from "../model/policy.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { VIEW_RELAYS } from "../servers/none-visible.ts";
import type { Access } from "./access.ts";

interface Missing {
  readonly permissions: readonly string[];
  readonly why: Cause;
}

/**
 * What the person lacks to take this relay's agents down; undefined where they may. With no agents behind it the rights have to be
 * held on any team, and the one to see relays at all.
 */
export async function missingBehind(
  server: ManagedServer,
  access: Access,
  behind: readonly Agent[],
  progress: (done: number) => void,
): Promise<Missing | undefined> {
  if (behind.length === 0) {
    const lacking = await access.nowhere([...wantedPermissions(server.policy, new Set()), VIEW_RELAYS]);
    const why = cause("lacks-permission-anywhere", { permissions: lacking });
    return lacking.length > 0 ? { permissions: lacking, why } : undefined;
  }
  const { missing } = await access.lacks(behind, { progress });
  const blocked = behind.filter(({ id }) => (missing.get(id) ?? ["every right"]).length > 0);
  const permissions = [...new Set(blocked.flatMap(({ id }) => missing.get(id) ?? ["every right"]))];
  const why = cause("lacks-permission-behind", { permissions, agents: blocked.length, of: behind.length });
  return blocked.length > 0 ? { permissions, why } : undefined;
}

/** The agents behind a relay, for its turn. */
export function behindRelay(agents: readonly Agent[], relayId: string) {
  return agents
    .filter((agent) => agent.relayId === relayId)
    .map(({ id, name, status }) => ({ id, name, connected: isConnected(status) }));
}

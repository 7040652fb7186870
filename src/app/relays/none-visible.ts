import type { ManagedServer } from "../managed-server.ts";

/** The permission without which relays are not shown to an account since 6.2.2. Source: the reference, section 2.4. */
export const VIEW_RELAYS = "View Agent Relays";

/** An empty list proves nothing: since 6.2.2 these servers show relays only with a permission. Source: the reference, section 2.4. */
export function noneVisible({ name }: Pick<ManagedServer, "name">): string {
  return `No relay of ${name} is visible to Drydock's account. Either there is none, or the account lacks ${VIEW_RELAYS}: since 6.2.2 relays show only with it. Whoever manages the account's role on ${name} can give it that.`;
}

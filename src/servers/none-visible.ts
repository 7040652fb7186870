import type { ManagedServer } from "./managed-server.ts";

/** The permission without which an account sees no relays. Source: docs/urbancode-deploy.md, "Relays". */
export const VIEW_RELAYS = "View Agent Relays";

/** An empty list does not prove that there are no relays: since 6.2.2 a permission shows them. */
export function noneVisible({ name }: Pick<ManagedServer, "name">): string {
  return `Drydock's account sees no relay of ${name}. Either there is none, or the account lacks ${VIEW_RELAYS}, which it needs since 6.2.2. An administrator of ${name} can add it to the account's role.`;
}

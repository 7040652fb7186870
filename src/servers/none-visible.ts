import type { ManagedServer } from "./managed-server.ts";

/** The permission without which an account sees no relays. Source: docs/urbancode-deploy.md, "Relays". */
export const VIEW_RELAYS = "View Agent Relays";

/** An empty list does not prove that there are no relays: since 6.2.2 a permission shows them. */
export function noneVisible({ name }: Pick<ManagedServer, "name">): string {
  return `No relay of ${name} is visible to Drydock's account. Either there is none, or the account lacks ${VIEW_RELAYS}: since 6.2.2 relays show only with it. Whoever manages the account's role on ${name} can give it that.`;
}

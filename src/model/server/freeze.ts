import type { Party } from "../rollout/rollout-parts.ts";
import type { Freeze } from "./claims.ts";
import type { ServerEvent } from "./server-events.ts";

/** The freeze that holds now; undefined where none does. */
export function inForce(freeze: Freeze | undefined, now: number): Freeze | undefined {
  return freeze && !freeze.over && (freeze.until === null || now < freeze.until) ? freeze : undefined;
}

/**
 * Freezes a server, or changes what the same person froze before. Nobody replaces somebody else's freeze: that could end
 * it earlier.
 * @param until ms since 1970; null = until a person unfreezes it.
 */
export function decideFreeze(
  before: Freeze | undefined,
  given: { readonly by: Party; readonly reason: string; readonly until: number | null; readonly now: number },
): { readonly event: ServerEvent } | { readonly taken: Freeze } {
  const held = inForce(before, given.now);
  if (held && !isBy(held, given.by)) return { taken: held };
  const { by, reason, until } = given;
  return { event: { type: "server.frozen", data: { by: by.person, serverUser: by.user, reason, until } } };
}

/** What the time alone brings. */
export function freezeDue(freeze: Freeze | undefined, now: number): readonly ServerEvent[] {
  const lapsed = freeze && !freeze.over && freeze.until !== null && now >= freeze.until;
  return lapsed ? [{ type: "server.unfrozen", data: { by: "drydock" } }] : [];
}

function isBy(freeze: Freeze, who: Party): boolean {
  return freeze.by.person === who.person || freeze.by.user.id === who.user.id;
}

import { nearness } from "../../core/nearness.ts";
import { foldName } from "../../core/typed-text.ts";
import { UserError } from "../../core/user-error.ts";
import { data, type Span } from "../../core/view.ts";
import type { Relay } from "../../model/deploy-server.ts";
import { nameTest } from "../plan/filters.ts";
import { meantSpans } from "../plan/near-words.ts";

const MAX_SAID = 5;

/** Whether the relay is meant by this name, glob or id. */
export function isNamed(name: string, relay: Relay): boolean {
  return name === relay.id || nameTest(name)(foldName(relay.name));
}

/** Throws where a name matches no relay that the person may view: hidden relays and missing ones answer the same. */
export async function refuseUnknownRelays(
  names: readonly string[],
  relays: readonly Relay[],
  views: (relay: Relay) => Promise<boolean>,
): Promise<void> {
  const unknown = [];
  for (const name of names) {
    let known = false;
    for (const relay of relays) known ||= isNamed(name, relay) && (await views(relay));
    if (!known) unknown.push(name);
  }
  if (unknown.length === 0) return;
  const line: Span[] = [];
  for (const name of unknown.slice(0, MAX_SAID)) {
    const near: string[] = [];
    for (const relay of relays)
      if (near.length < 3 && nearness(name, relay.name) !== undefined && (await views(relay))) near.push(relay.name);
    line.push(line.length > 0 ? " " : "", "No relay matches ", data(name.slice(0, 60)), ".", ...meantSpans(near));
  }
  throw new UserError(
    "no-relay-matches",
    line.filter((span) => span !== ""),
  );
}

import { isZone } from "../core/civil.ts";
import { UserError } from "../core/user-error.ts";
import { parseWhen, sayWhen } from "../core/when.ts";
import { zoneOf } from "../model/windows.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** What time it is for a person: their zone, if Slack reports one, and now (ms since 1970). */
export interface LocalTime {
  readonly zone: string | undefined;
  readonly now: number;
}

/** The zones in which Drydock tells a person a time of a server: theirs, if Slack reports it, and the server's. */
export function zonesFor(server: ManagedServer, zone: string | undefined): readonly string[] {
  return [...(zone !== undefined && isZone(zone) ? [zone] : []), zoneOf(server.policy.windows)];
}

/** A time that somebody typed, meant in their own zone, and how it is told back. Throws UserError with an example. */
export function readTime(
  typed: string,
  server: ManagedServer,
  { zone, now }: LocalTime,
): { readonly at: number; readonly said: string } {
  const zones = zonesFor(server, zone);
  const when = parseWhen(typed, now, zones[0] ?? "UTC");
  if ("problem" in when) throw new UserError("unknown-time", when.problem);
  return { at: when.at, said: sayWhen(when.at, zones) };
}

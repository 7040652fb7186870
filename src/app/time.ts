import { isZone } from "../domain/civil.ts";
import { zoneOf } from "../domain/gates/windows.ts";
import { parseWhen, sayWhen } from "../domain/when.ts";
import type { CommandContext } from "./command.ts";
import type { Site } from "./site.ts";
import { UserError } from "./user-error.ts";

/** The zones in which somebody is told a time of a server: theirs, where Slack tells it, and the server's. */
export async function zonesFor(site: Site, { services, call }: CommandContext): Promise<readonly string[]> {
  const { zone } = await services.identities.member(call.person);
  return [...(zone !== undefined && isZone(zone) ? [zone] : []), zoneOf(site.policy.windows)];
}

/** A time that somebody typed, meant in their own zone, and how it is told back. Throws UserError with an example. */
export async function readTime(
  typed: string,
  site: Site,
  context: CommandContext,
): Promise<{ readonly at: number; readonly said: string }> {
  const zones = await zonesFor(site, context);
  const when = parseWhen(typed, context.services.clock.now(), zones[0] ?? "UTC");
  if ("problem" in when) throw new UserError("unknown-time", when.problem);
  return { at: when.at, said: sayWhen(when.at, zones) };
}

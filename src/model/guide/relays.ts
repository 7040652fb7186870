import type { Agent } from "../../core/agent.ts";
import { familiesOf } from "../../core/families.ts";
import type { Finding } from "../../core/finding.ts";
import { compareReleases, known, parseVersion, type Version } from "../../core/version.ts";

/** What the server tells of a relay. */
export interface SeenRelay {
  readonly id: string;
  readonly name: string;
  readonly up: boolean | undefined;
  readonly version: string | undefined;
}

/**
 * Relays that are down, and relays that lag: no status says so, only their versions can be compared. They are counted: who may
 * see their names sees them in the list of relays.
 * @param relays undefined where they could not be read.
 * @param minimum the version that relays shall have at least, where one is configured.
 */
export function relayFindings(
  relays: readonly SeenRelay[] | undefined,
  agents: readonly Agent[],
  serverVersion: string | undefined,
  minimum: string | null = null,
): readonly Finding[] {
  if (!relays || relays.length === 0) return [noneVisible(relays !== undefined, agents)];
  const behind = (relay: SeenRelay) => agents.filter(({ relayId }) => relayId === relay.id);
  const found: Finding[] = [];
  const down = relays.filter(({ up }) => up === false);
  if (down.length > 0) {
    const dark = down.flatMap(behind);
    const params = { relays: down.length, agents: dark.length };
    found.push({ topic: "relays", level: "warn", cause: { code: "relays-down", params }, agents: dark });
  }
  const lagging = relays.filter(({ version }) => lags(lagOf(version, serverVersion, minimum), minimum));
  if (lagging.length > 0) {
    const through = lagging.flatMap(behind);
    const params = { relays: lagging.length, agents: through.length, minimum, families: familiesOf(lagging) };
    found.push({ topic: "relays", level: "warn", cause: { code: "relays-lag", params }, agents: through });
  }
  const unknown = relays.filter(({ version, up }) => !parseVersion(version ?? "") || up === undefined).length;
  if (unknown > 0)
    found.push({ topic: "relays", level: "note", cause: { code: "relays-unreported", params: { relays: unknown } } });
  if (minimum === null && !parseVersion(serverVersion ?? ""))
    found.push({ topic: "relays", level: "note", cause: { code: "relays-not-compared", params: {} } });
  if (found.length > 0) return found;
  const params = { relays: relays.length, minimum };
  return [{ topic: "relays", level: "fine", cause: { code: "relays-well", params } }];
}

/** Agents behind relays that are not in the list, though others are; `relayFindings` tells of a list that is empty. */
export function hiddenRelays(relays: readonly SeenRelay[] | undefined, agents: readonly Agent[]): readonly Finding[] {
  const seen = new Set(relays?.map(({ id }) => id));
  const through = agents.filter(({ relayId }) => relayId !== undefined && !seen.has(relayId));
  if (seen.size === 0 || through.length === 0) return [];
  const hidden = new Set(through.map(({ relayId }) => relayId)).size;
  const cause = { code: "relays-hidden", params: { relays: hidden, agents: through.length } } as const;
  return [{ topic: "relays", level: "warn", cause, agents: through }];
}

/** An empty list is no proof that there are none. */
function noneVisible(read: boolean, agents: readonly Agent[]): Finding {
  const through = agents.filter(({ relayId }) => relayId !== undefined).length;
  const code = read ? "no-relays-visible" : "relays-unread";
  return { topic: "relays", level: through > 0 ? "warn" : "note", cause: { code, params: { agents: through } } };
}

/**
 * How a relay's version stands to its server's. No status of the server's says so: only the versions can be compared.
 * `unknown` where one of them is unknown.
 */
export type Lag = "below-minimum" | "behind" | "even" | "ahead" | "unknown";

/** @param minimum where one is set. */
export function lagOf(
  relay: string | null | undefined,
  server: string | null | undefined,
  minimum: string | null,
): Lag {
  const mine = parseVersion(relay ?? "");
  const least = parseVersion(minimum ?? "");
  if (mine && least && compareReleases(mine, least) < 0) return "below-minimum";
  const theirs = parseVersion(server ?? "");
  if (!mine || !theirs) return "unknown";
  const order = compareReleases(mine, theirs);
  return order < 0 ? "behind" : order > 0 ? "ahead" : "even";
}

/** Whether the relay should be upgraded: where a minimum is set that is the measure, otherwise the server is. */
export function lags(lag: Lag, minimum: string | null): boolean {
  return lag === "below-minimum" || (lag === "behind" && minimum === null);
}

/**
 * Relays go together with the server where it leaves or reaches one of these releases, or passes beyond the last. The vendor names
 * 6.2.3.0, and Drydock applies it to older ones too. Source: docs/urbancode-deploy.md, "Relays".
 */
export const TOGETHER = { from: "6.1", last: "6.2.3.0" } as const;

/**
 * What the vendor asks for the relays at this server's version: from 6.1 to 6.2.3.0 they are upgraded together with the server, and
 * all of them when it leaves 6.2.3.0 or an earlier version.
 */
export function relaysWanted(
  server: string | undefined,
  relays: readonly (string | undefined)[],
): "together" | "all" | undefined {
  const at = parseVersion(server ?? "");
  if (!at) return undefined;
  const isOld = (version: Version) => compareReleases(version, known(TOGETHER.last)) <= 0;
  if (isOld(at)) return compareReleases(at, known(TOGETHER.from)) >= 0 ? "together" : undefined;
  const versions = relays.flatMap((version) => parseVersion(version ?? "") ?? []);
  return versions.some(isOld) ? "all" : undefined;
}

/** Whether the server's web interface can upgrade a relay; undefined where the server does not say its version. Source: docs/urbancode-deploy.md, "Relays". */
export function upgradesInWeb(server: string | null | undefined): boolean | undefined {
  const at = parseVersion(server ?? "");
  const since = parseVersion("7.0.4.2");
  return at && since ? compareReleases(at, since) >= 0 : undefined;
}

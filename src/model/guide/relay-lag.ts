import { compareReleases, parseVersion, type Version } from "../../core/version.ts";

/**
 * How a relay's version stands to its server's. No status of the server's says so: only the versions can be compared.
 * `unknown` where one of them is not told.
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

/** Relays go together with the server where it leaves or reaches one of these releases, or passes beyond the last. */
export const TOGETHER = {
  from: "6.1",
  last: "6.2.3.0",
  source:
    "the vendor's notes on relays: together with a server at 6.1 to 6.2.3.0, and from 6.2.3.0 to 6.2.3.1 or later. They name 6.2.3.0. Drydock applies it to older ones too.",
} as const;

/**
 * What the vendor asks for the relays at this server's version, in words: from 6.1 to 6.2.3.0 they are upgraded together with
 * the server, and all of them when it leaves 6.2.3.0 or an earlier version. Source: docs/urbancode-deploy.md, "Relays".
 */
export function togetherWords(server: string | undefined, relays: readonly (string | undefined)[]): string | undefined {
  const at = parseVersion(server ?? "");
  if (!at) return undefined;
  const is = (version: Version, order: "from" | "to", than: string) => {
    const other = parseVersion(than);
    const compared = other ? compareReleases(version, other) : 0;
    return order === "from" ? compared >= 0 : compared <= 0;
  };
  if (is(at, "from", TOGETHER.from) && is(at, "to", TOGETHER.last))
    return `At ${server} the vendor requires relays to be upgraded together with the server.`;
  const old = relays.flatMap((version) => parseVersion(version ?? "") ?? []).filter((v) => is(v, "to", TOGETHER.last));
  return is(at, "from", "6.2.3.1") && old.length > 0
    ? "A server that came from 6.2.3.0 to 6.2.3.1 or later requires all of its relays to be upgraded. Drydock applies this to older relays too."
    : undefined;
}

/** Whether the server's web interface can upgrade a relay; undefined where its version is not told. Source: docs/urbancode-deploy.md, "Relays". */
export function upgradesInWeb(server: string | null | undefined): boolean | undefined {
  const at = parseVersion(server ?? "");
  const since = parseVersion("7.0.4.2");
  return at && since ? compareReleases(at, since) >= 0 : undefined;
}

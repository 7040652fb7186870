import type { Agent } from "../../core/agent.ts";
import { familiesOf } from "../../core/families.ts";
import type { Change, Finding } from "../../core/finding.ts";
import { compareReleases, compareVersions, isBelow, known, parseVersion, type Version } from "../../core/version.ts";
import { JAVA_MINIMUMS } from "./java.ts";
import { TOGETHER } from "./relays.ts";

/** A version, or several of which one is meant, through which the way goes. */
export interface Stop {
  /** The lowest and the highest that is meant. */
  readonly at: Version;
  readonly through: Version;
  /** As people write them. */
  readonly versions: readonly string[];
}

/** Whoever comes from below a version and wants to go to another one, or beyond it, has to stop in between. */
export interface StopRule {
  readonly below: string;
  readonly target: string;
  readonly stop: { readonly at: string; readonly through: string; readonly versions: readonly string[] };
}

export const STOPS: readonly StopRule[] = [
  // Source: the vendor's guide to upgrading agents.
  { below: "4.8.5", target: "6.0", stop: { at: "4.8.5", through: "5.0.999999999", versions: ["4.8.5", "5.0"] } },
  // Source: the vendor's upgrade paths, 6.x goes to 7.0.x before 7.3. Drydock applies this to older versions too.
  { below: "7.0", target: "7.3", stop: { at: "7.0", through: "7.0.999999999", versions: ["7.0.x"] } },
];

/** What has to be minded once a way passes a version. */
const CHANGES: readonly Change[] = [
  // Source: the vendor's notes on relays, 6.2.2.
  { what: "relays-shown-to-few", from: "6.2.2" },
  // Source: the vendor's guide to upgrading agents, removed in 7.1.0.0.
  { what: "inactive-setting-gone", from: "7.1" },
  // Source: the vendor's known causes of agents that do not come back.
  { what: "jms-warned", from: "7.1.1" },
  // Source: the vendor's known places on an agent's host.
  { what: "jar-moved", from: "7.3" },
  ...JAVA_MINIMUMS.map((minimum) => ({ what: "java" as const, ...minimum })),
];

export interface Leg {
  readonly from: Stop;
  readonly to: Stop;
  /** Whether all relays are upgraded together with the server, those that there are with it, or after it. */
  readonly relays: "all" | "together" | "after";
  readonly changes: readonly Change[];
}

/** The way of a server from one version to a later one, stop by stop; none where it would be no way forward. */
export function wayBetween(from: Version, to: Version): readonly Leg[] {
  if (compareVersions(from, to) >= 0) return [];
  const passes = ({ below, target }: StopRule) =>
    compareVersions(from, known(below)) < 0 && compareVersions(to, known(target)) >= 0;
  const between = STOPS.filter(passes).map(({ stop }) => ({
    at: known(stop.at),
    through: known(stop.through),
    versions: stop.versions,
  }));
  const stops = [exactly(from), ...between, exactly(to)];
  return stops.slice(1).map((stop, i) => legOf(stops[i] ?? exactly(from), stop));
}

function legOf(from: Stop, to: Stop): Leg {
  const isNew = ({ from: first }: Change) =>
    compareReleases(from.through, known(first)) < 0 && compareReleases(to.through, known(first)) >= 0;
  return { from, to, relays: relaysOn(from, to), changes: CHANGES.filter(isNew) };
}

function relaysOn(from: Stop, to: Stop): Leg["relays"] {
  const last = known(TOGETHER.last);
  if (compareReleases(from.at, last) <= 0 && compareReleases(to.through, last) > 0) return "all";
  const withTimeout = (version: Version) =>
    compareReleases(version, known(TOGETHER.from)) >= 0 && compareReleases(version, last) <= 0;
  return withTimeout(from.at) || withTimeout(to.at) ? "together" : "after";
}

function exactly(version: Version): Stop {
  return { at: version, through: version, versions: [version.text] };
}

/** The way from one version to a later one: how many stops, and what to do at each. */
export function pathFindings(from: Version, to: Version): readonly Finding[] {
  const legs = wayBetween(from, to);
  const [first] = legs;
  if (!first) return [];
  const stops = [first.from, ...legs.map((leg) => leg.to)].map(({ versions }) => versions);
  const head: Finding =
    legs.length === 1
      ? { topic: "path", level: "fine", cause: { code: "path-in-one-step", params: { stops } } }
      : { topic: "path", level: "warn", cause: { code: "path-with-stops", params: { stops } } };
  return [head, ...legs.map(legFinding)];
}

function legFinding({ from, to, relays, changes }: Leg): Finding {
  const params = { from: from.versions, to: to.versions, relays, changes };
  return { topic: "path", level: "note", cause: { code: "path-step", params } };
}

/** Agents that are from before a stop which lies behind their server. Those before 4.8.5 have a finding of their own. */
export function passedStops(agents: readonly Agent[], serverVersion: string | undefined): readonly Finding[] {
  const server = parseVersion(serverVersion ?? "");
  if (!server) return [];
  return STOPS.slice(1).flatMap(({ below, target, stop }): readonly Finding[] => {
    if (compareVersions(server, known(target)) < 0) return [];
    const old = agents.filter((agent) => isBelow(agent.version, below));
    if (old.length === 0) return [];
    const params = { agents: old.length, stop: stop.versions, families: familiesOf(old) };
    return [{ topic: "path", level: "warn", cause: { code: "stop-skipped", params }, agents: old }];
  });
}

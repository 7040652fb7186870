import type { Agent } from "../../core/agent.ts";
import { familyWords, NOTHING } from "../../core/families.ts";
import type { Finding } from "../../core/finding.ts";
import { count } from "../../core/format.ts";
import { compareReleases, compareVersions, isBelow, known, parseVersion, type Version } from "../../core/version.ts";
import { JAVA_MINIMUMS } from "./java.ts";
import { TOGETHER } from "./relays.ts";

/** A version, or several of which one is meant, through which the way goes. */
export interface Stop {
  /** The lowest and the highest that is meant. */
  readonly at: Version;
  readonly through: Version;
  readonly words: string;
}

/** Whoever comes from below a version and wants to go to another one, or beyond it, has to stop in between. */
export interface StopRule {
  readonly below: string;
  readonly target: string;
  readonly stop: { readonly at: string; readonly through: string; readonly words: string };
  readonly source: string;
}

export const STOPS: readonly StopRule[] = [
  {
    below: "4.8.5",
    target: "6.0",
    stop: { at: "4.8.5", through: "5.0.999999999", words: "4.8.5 or 5.0" },
    source: "the vendor's guide to upgrading agents: a server before 4.8.5 goes to 4.8.5 or 5.0 before 6.0 or later",
  },
  {
    below: "7.0",
    target: "7.3",
    stop: { at: "7.0", through: "7.0.999999999", words: "7.0.x" },
    source: "the vendor's upgrade paths: 6.x goes to 7.0.x before 7.3. Drydock applies this to older versions too",
  },
];

/** What has to be minded once a way passes a version. */
export interface Mark {
  readonly from: string;
  readonly sentence: string;
  readonly source: string;
}

export const MARKS: readonly Mark[] = [
  {
    from: "6.2.2",
    sentence: "From 6.2.2 on relays show only to accounts with View Agent Relays.",
    source: "the vendor's notes on relays, 6.2.2",
  },
  {
    from: "7.1",
    sentence:
      'The setting Enable "Show Inactive" Links is gone from 7.1 on. Before that, make inactive agents that need the upgrade active.',
    source: "the vendor's guide to upgrading agents: removed in 7.1.0.0",
  },
  {
    from: "7.1.1",
    sentence: "From 7.1.1 on the server warns of agents that talk JMS. They cannot use Web relays.",
    source: "the vendor's known causes of agents that do not come back",
  },
  {
    from: "7.3",
    sentence:
      "From 7.3 on the agent's air-agentupgrade.jar is in var/upgrade instead of bin: its account needs execute, read and write there.",
    source: "the vendor's known places on an agent's host",
  },
  ...JAVA_MINIMUMS.map(({ from, java, source }) => ({
    from,
    sentence: `From ${from} on, servers and relays need Java ${java} or later. The vendor does not say what agents need.`,
    source,
  })),
];

export interface Leg {
  readonly from: Stop;
  readonly to: Stop;
  /** Whether all relays are upgraded together with the server, those that there are with it, or after it. */
  readonly relays: "all" | "together" | "after";
  readonly marks: readonly Mark[];
}

/** The way of a server from one version to a later one, stop by stop; none where it would be no way forward. */
export function wayBetween(from: Version, to: Version): readonly Leg[] {
  if (compareVersions(from, to) >= 0) return [];
  const passes = ({ below, target }: StopRule) =>
    compareVersions(from, known(below)) < 0 && compareVersions(to, known(target)) >= 0;
  const between = STOPS.filter(passes).map(({ stop }) => ({
    at: known(stop.at),
    through: known(stop.through),
    words: stop.words,
  }));
  const stops = [exactly(from), ...between, exactly(to)];
  return stops.slice(1).map((stop, i) => legOf(stops[i] ?? exactly(from), stop));
}

function legOf(from: Stop, to: Stop): Leg {
  const isNew = ({ from: first }: Mark) =>
    compareReleases(from.through, known(first)) < 0 && compareReleases(to.through, known(first)) >= 0;
  return { from, to, relays: relaysOn(from, to), marks: MARKS.filter(isNew) };
}

function relaysOn(from: Stop, to: Stop): Leg["relays"] {
  const last = known(TOGETHER.last);
  if (compareReleases(from.at, last) <= 0 && compareReleases(to.through, last) > 0) return "all";
  const withTimeout = (version: Version) =>
    compareReleases(version, known(TOGETHER.from)) >= 0 && compareReleases(version, last) <= 0;
  return withTimeout(from.at) || withTimeout(to.at) ? "together" : "after";
}

function exactly(version: Version): Stop {
  return { at: version, through: version, words: version.text };
}

/** The way from one version to a later one: how many stops, and what to do at each. */
export function pathFindings(from: Version, to: Version): readonly Finding[] {
  const legs = wayBetween(from, to);
  const [first] = legs;
  if (!first) return [];
  const stops = [first.from, ...legs.map((leg) => leg.to)].map(({ words }) => words).join(" → ");
  const head: Finding =
    legs.length === 1
      ? { topic: "path", level: "fine", sentence: ["The way in one step: ", { data: stops }, "."], todo: NOTHING }
      : {
          topic: "path",
          level: "warn",
          sentence: ["Not in one step: ", { data: stops }, "."],
          todo: ["Go to the first stop, bring relays and agents there, and only then move to the next."],
        };
  return [head, ...legs.map(legFinding)];
}

const RELAYS: Readonly<Record<Leg["relays"], string>> = {
  all: "all of its relays together with it (the vendor requires it at 6.2.3.0, and Drydock applies it to older ones too)",
  together: "its relays together with it",
  after: "then its relays",
};

function legFinding({ from, to, relays, marks }: Leg): Finding {
  return {
    topic: "path",
    level: "note",
    sentence: ["From ", { data: from.words }, " to ", { data: to.words }, "."],
    todo: [
      `The server first, ${RELAYS[relays]}, then every agent. ${marks.map(({ sentence }) => sentence).join(" ")}`.trim(),
    ],
  };
}

/** Agents that are from before a stop which lies behind their server. Those before 4.8.5 have a finding of their own. */
export function passedStops(agents: readonly Agent[], serverVersion: string | undefined): readonly Finding[] {
  const server = parseVersion(serverVersion ?? "");
  if (!server) return [];
  return STOPS.slice(1).flatMap(({ below, target, stop }): readonly Finding[] => {
    if (compareVersions(server, known(target)) < 0) return [];
    const old = agents.filter((agent) => isBelow(agent.version, below));
    if (old.length === 0) return [];
    return [
      {
        topic: "path",
        level: "warn",
        sentence: [
          `${count(old.length, "agent is", "agents are")} from before ${stop.words}, a stop on the server's upgrade path (${familyWords(old)}). The vendor does not document whether agents can skip it.`,
        ],
        todo: ["Let a few go first: ", { say: "upgrade * --canary 3 --hold" }, "."],
        agents: old,
      },
    ];
  });
}

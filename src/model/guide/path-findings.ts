import type { Agent } from "../../core/agent.ts";
import { familyWords, isBelow, known, NOTHING } from "../../core/families.ts";
import { count, type Finding } from "../../core/finding.ts";
import { compareVersions, parseVersion, type Version } from "../../core/version.ts";
import { type Leg, STOPS, wayBetween } from "./path.ts";

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

import type { Agent } from "../agent.ts";
import { CONFIGURED, type JavaMinimum, raisedJava } from "../guide/java.ts";
import type { Policy } from "../policy.ts";
import { parseVersion } from "../version.ts";
import type { PlannedAgent } from "./plan.ts";

/** The most canaries that a rollout has to have because of Java. */
export const MOST_KINDS = 5;

/** Agents for which the least Java rises, and of which nobody knows what they run on. */
export interface JavaRisk {
  /** The highest that any of them needs. */
  readonly minimum: JavaMinimum;
  readonly agents: number;
  /** What tells their hosts apart as far as it is known, the most frequent first. */
  readonly kinds: readonly string[];
}

/** The least Java that is new to this agent on its way to the server's version; undefined where it stays as it was, or is not known. */
export function newJava(
  agent: { readonly version?: string | null | undefined },
  serverVersion: string | null | undefined,
  { java }: Policy,
): JavaMinimum | undefined {
  return raisedJava(agent.version ?? undefined, serverVersion ?? undefined, java.minimums);
}

export function javaRisk(
  agents: readonly PlannedAgent[],
  serverVersion: string | null,
  policy: Policy,
): JavaRisk | undefined {
  const kinds = new Map<string, number>();
  let minimum: JavaMinimum | undefined;
  let count = 0;
  for (const agent of agents) {
    const wanted = newJava(agent, serverVersion, policy);
    if (!wanted || agent.java !== undefined) continue;
    count += 1;
    if (!minimum || wanted.java > minimum.java) minimum = wanted;
    kinds.set(kindOf(agent), (kinds.get(kindOf(agent)) ?? 0) + 1);
  }
  if (!minimum) return undefined;
  return { minimum, agents: count, kinds: [...kinds].sort(([, a], [, b]) => b - a).map(([kind]) => kind) };
}

/** What an agent has in common with those that upgrade alike: its operating system, else the release that it is at. */
export function kindOf({ os, version }: Pick<PlannedAgent, "os" | "version">): string {
  if (os !== undefined) return os;
  const [major, minor = 0] = parseVersion(version ?? "")?.parts ?? [];
  return major === undefined ? "an unknown version" : `version ${major}.${minor}`;
}

/** Why an agent that is known to run on such a Java is left alone; undefined where it is new enough, or nobody knows. */
export function oldJavaSentence(
  agent: Pick<Agent, "version">,
  java: number | undefined,
  serverVersion: string | null | undefined,
  policy: Policy,
): string | undefined {
  const wanted = newJava(agent, serverVersion, policy);
  if (!wanted || java === undefined || java >= wanted.java) return undefined;
  const told = wanted.source === CONFIGURED ? "" : " (told for the server and its relays; for agents it is not)";
  return `it runs on Java ${java} and Java ${wanted.java} is needed from ${wanted.from} on${told}: give its host a newer one first, and have the agent use it`;
}

/** The release of Java in what a property says, e.g. 8 of `1.8.0_292` and 17 of `openjdk version "17.0.1"`; undefined where it says none. */
export function parseJava(text: string | undefined): number | undefined {
  const [, first, second] = /(\d{1,3})(?:\.(\d{1,3}))?/.exec(text ?? "") ?? [];
  // Up to 8 it was written as 1.8.
  const release = Number(first === "1" && second !== undefined ? second : first);
  return release >= 4 && release < 100 ? release : undefined;
}

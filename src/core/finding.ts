import type { Piece } from "./sentence.ts";

/** How much it stands in the way: nothing can begin, it will hurt, it is good to know, it is in order. Worst first. */
export const LEVELS = ["stop", "warn", "note", "fine"] as const;
export type Level = (typeof LEVELS)[number];

export const TOPICS = ["preflight", "order", "path", "relays", "inactive", "tls", "java"] as const;
export type Topic = (typeof TOPICS)[number];

/** A sentence in which something may stand that is said to Drydock (without the slash word). */
export type Sentence = readonly (Piece | { readonly say: string })[];

/** One thing that the vendor's guide, or the server itself, has to say about an upgrade. */
export interface Finding {
  readonly topic: Topic;
  readonly level: Level;
  readonly sentence: Sentence;
  /** What to do about it; empty where it is in order. */
  readonly todo: Sentence;
  /** Whom it concerns: how many stands in the sentence, and names go only to people who may view them. */
  readonly agents?: readonly { readonly id: string; readonly name: string }[];
}

/** What stands of a finding on the card of a plan, and is kept with a request. */
export type ShortFinding = Pick<Finding, "level" | "sentence">;

export function shortened(findings: readonly ShortFinding[]): readonly ShortFinding[] {
  return findings.map(({ level, sentence }) => ({ level, sentence }));
}

/** What the configuration knows about a server's agents that no server tells. */
export interface GuideSettings {
  /** Agents below this version may speak only SSLv3; undefined = nobody has said. */
  readonly sslv3Below?: string | undefined;
}

/** Findings of one level stay in the order of their topics, and within a topic in their own. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  const weight = ({ level, topic }: Finding) => LEVELS.indexOf(level) * TOPICS.length + TOPICS.indexOf(topic);
  return [...findings].sort((a, b) => weight(a) - weight(b));
}

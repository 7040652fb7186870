import type { Families } from "../core/families.ts";
import type { FindingCauses, Sentence } from "../core/finding.ts";
import { count } from "../core/format.ts";

export interface FindingPhrase<P> {
  readonly sentence: (params: P) => Sentence;
  /** What to do about it; left out where there is nothing to do. */
  readonly todo?: (params: P) => Sentence;
}

/** How each finding is worded: one way, wherever it is read. */
export type FindingPhrases = { readonly [C in keyof FindingCauses]: FindingPhrase<FindingCauses[C]> };

/** `1 agent is`, `3 agents are`. */
export function agentsAre(agents: number): string {
  return count(agents, "agent is", "agents are");
}

/** `1 agent has`, `3 agents have`. */
export function agentsHave(agents: number): string {
  return count(agents, "agent has", "agents have");
}

/** `12 at 4.8, 300 at 6.2, 4 at a version that is not reported`. */
export function familyWords({ counts, others }: Families): string {
  const said = counts.map(
    ([family, members]) => `${members.toLocaleString("en")} at ${family ?? "a version that is not reported"}`,
  );
  return [...said, ...(others > 0 ? [`${others.toLocaleString("en")} at others`] : [])].join(", ");
}

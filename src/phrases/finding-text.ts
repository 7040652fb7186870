import type { Finding, FindingCause, FindingCauses, Sentence } from "../core/finding.ts";
import { AGENT_FINDINGS } from "./agent-findings.ts";
import type { FindingPhrase, FindingPhrases } from "./finding-phrase.ts";
import { SERVER_FINDINGS } from "./server-findings.ts";

/** All of them: a finding without a phrase does not compile. */
const PHRASES: FindingPhrases = {
  recorded: { sentence: ({ sentence }) => sentence },
  ...AGENT_FINDINGS,
  ...SERVER_FINDINGS,
};

/** A finding in words: the vendor's guide's, or one of a check that is worded where it is made. */
export interface WordedFinding extends Omit<Finding, "cause"> {
  readonly sentence: Sentence;
  /** What to do about it; empty where it is in order. */
  readonly todo: Sentence;
}

/** The one place that words what the vendor's guide says. */
export function findingText(cause: FindingCause): Sentence {
  // A later version's, in a ledger that an earlier one opens.
  return phraseOf(cause)?.sentence(cause.params) ?? [{ data: cause.code }];
}

export function worded({ cause, ...rest }: Finding): WordedFinding {
  return { ...rest, sentence: findingText(cause), todo: phraseOf(cause)?.todo?.(cause.params) ?? [] };
}

function phraseOf({ code }: FindingCause): FindingPhrase<unknown> | undefined {
  if (!Object.hasOwn(PHRASES, code)) return undefined;
  return PHRASES[code as keyof FindingCauses] as FindingPhrase<unknown>;
}

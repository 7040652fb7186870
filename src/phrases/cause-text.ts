import type { Cause, Causes } from "../core/cause.ts";
import type { Sentence } from "../core/sentence.ts";
import { lineText } from "../core/view.ts";
import { phraseOf } from "../gates/index.ts";
import { AGENT_PHRASES } from "./agent-phrases.ts";
import type { Phrases, Who } from "./phrase.ts";
import { PLAN_CHANGE_PHRASES } from "./plan-change-phrases.ts";
import { RELAY_PHRASES } from "./relay-phrases.ts";
import { ROLLOUT_PHRASES } from "./rollout-phrases.ts";

/** All of them: a cause without a phrase does not compile. */
const PHRASES: Phrases = { ...AGENT_PHRASES, ...RELAY_PHRASES, ...ROLLOUT_PHRASES, ...PLAN_CHANGE_PHRASES };

/** The one place that words causes for people. */
export function causeText(cause: Cause, who: Who = "requester"): Sentence {
  if (cause.code.includes(".")) return phraseOf({ cause });
  // A later version's, in a ledger that an earlier one opens.
  if (!Object.hasOwn(PHRASES, cause.code)) return [{ data: cause.code }];
  const phrase = PHRASES[cause.code as keyof Causes] as (params: unknown, ...rest: readonly unknown[]) => Sentence;
  return phrase(cause.params, who, causeText);
}

/** Several of them, one sentence after the other. */
export function causesText(causes: readonly Cause[]): Sentence {
  return causes.flatMap((cause, i): Sentence => (i === 0 ? causeText(cause) : [" ", ...causeText(cause)]));
}

/** The same as plain text, for files and logs. */
export function plainCause(cause: Cause | null, who?: Who): string {
  return cause ? lineText(causeText(cause, who)) : "";
}

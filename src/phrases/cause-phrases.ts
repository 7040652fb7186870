import { AGENT_PHRASES } from "./agent-phrases.ts";
import type { Phrases } from "./phrase.ts";
import { PLAN_CHANGE_PHRASES } from "./plan-change-phrases.ts";
import { RELAY_PHRASES } from "./relay-phrases.ts";
import { ROLLOUT_PHRASES } from "./rollout-phrases.ts";

/** All of them: a cause without a phrase does not compile. */
export const CAUSE_PHRASES: Phrases = {
  ...AGENT_PHRASES,
  ...RELAY_PHRASES,
  ...ROLLOUT_PHRASES,
  ...PLAN_CHANGE_PHRASES,
};

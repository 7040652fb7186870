import { isRelayFailure, type RelayEnd } from "./turn.ts";

/** What is known of a relay when its turn is over. */
export type RelayEnded = Pick<RelayEnd, "relay" | "outcome" | "detail" | "missing" | "asked">;

/** Whether something is wrong with a relay after its turn, or with at least half of the agents that went dark with it. */
export function isUnwell({ outcome, missing, asked }: Pick<RelayEnd, "outcome" | "missing" | "asked">): boolean {
  const dark = asked?.agents.length ?? 0;
  return isRelayFailure(outcome) || (missing.length > 0 && missing.length * 2 >= dark);
}

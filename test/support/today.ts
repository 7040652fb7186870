import type { Policy } from "../../src/model/policy.ts";
import type { Today } from "../../src/model/today.ts";

/** A server that is not frozen and has no windows, and nobody's rights were read. */
export function today(policy: Policy, now: number): Today {
  return { policy, now, judged: { freeze: null, window: null } };
}

import type { StoredEvent } from "../../../model/events.ts";
import type { Policy } from "../../../model/policy.ts";
import { hashPolicy } from "../../../model/policy-hash.ts";

/**
 * The rules that a ledger holds in full, by their hash. A server's stream has only the hash of the rules in force: in full they are in
 * requests, starts and resumes, also in later ones than those that are judged by them.
 */
export function createKnownPolicies(): {
  readonly policies: ReadonlyMap<string, Policy>;
  see(event: StoredEvent): void;
} {
  const policies = new Map<string, Policy>();
  return {
    policies,
    see(event) {
      const isPress = event.type === "rollout.requested" || event.type === "rollout.started";
      if (!isPress && event.type !== "rollout.continued") return;
      const { policy } = event.data;
      if (policy) policies.set(hashPolicy(policy), policy);
    },
  };
}

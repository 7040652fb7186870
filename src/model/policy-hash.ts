import { hashOf } from "../core/hash-of.ts";
import type { Policy } from "./policy.ts";

/** Every plan asks for the hash of its server's policy, which never changes while Drydock runs. */
const known = new WeakMap<Policy, string>();

/** Two policies have the same hash only if every rule in them is the same. */
export function hashPolicy(policy: Policy): string {
  const before = known.get(policy);
  if (before !== undefined) return before;
  const hash = hashOf(policy);
  known.set(policy, hash);
  return hash;
}

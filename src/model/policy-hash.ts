import { createHash } from "node:crypto";
import type { Policy } from "./policy.ts";

/** Every plan asks for the hash of its server's policy, which never changes while Drydock runs. */
const known = new WeakMap<Policy, string>();

/** Two policies have the same hash only if every rule in them is the same. */
export function hashPolicy(policy: Policy): string {
  const before = known.get(policy);
  if (before !== undefined) return before;
  const hash = createHash("sha256")
    .update(JSON.stringify(sortKeys(policy)))
    .digest("hex");
  known.set(policy, hash);
  return hash;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sortKeys(inner)]);
}

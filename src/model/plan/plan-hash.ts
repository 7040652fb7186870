import { createHash } from "node:crypto";
import type { Policy } from "../policy.ts";
import { relaysForHash } from "../relay/relay-plan.ts";
import type { Plan, PlannedAgent } from "./plan.ts";

/** Neither the order nor the exclusions count: they may change without anything wider being agreed to. */
export function hashPlan(policy: Policy, plan: Omit<Plan, "hash">): string {
  const { serverVersion, options, agents, waiting = [] } = plan;
  const sorted = (some: readonly PlannedAgent[]) =>
    some
      .map(({ id, name, version, teams }) => [id, version, name, teams?.map((team) => team.id).sort()] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const { slots, reason, canary, hold, emergency } = options;
  const said = [slots, reason, canary ?? null, hold ?? false, ...(emergency ? ["emergency"] : [])];
  const chosen = [sorted(agents), sorted(waiting), ...relaysForHash(plan)];
  const agreed = [policy.server, serverVersion, said, hashPolicy(policy), ...chosen];
  return createHash("sha256").update(JSON.stringify(agreed)).digest("hex");
}

/** Two policies have the same hash only if every rule in them is the same. */
export function hashPolicy(policy: Policy): string {
  return createHash("sha256")
    .update(JSON.stringify(sortKeys(policy)))
    .digest("hex");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sortKeys(inner)]);
}

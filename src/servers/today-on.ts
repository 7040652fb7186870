import type { Clock } from "../core/ports.ts";
import { evidenceOf, type Read, serverEvidence } from "../model/evidence-of.ts";
import type { Today } from "../model/today.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "./managed-server.ts";

/**
 * The rules and the time of now, and what a decision goes by.
 * @param read left out = nobody's rights were read: it goes by the server alone. `readAt`: when the reading began (monotonic).
 */
export function todayOn(
  { name, policy }: Pick<ManagedServer, "name" | "policy">,
  { projections, clock }: { readonly projections: Pick<Projections, "claims">; readonly clock: Clock },
  read?: Read & { readonly readAt: number },
): Today {
  const now = clock.now();
  const server = serverEvidence(policy, projections.claims(name).freeze, now);
  const judged = read ? { ...evidenceOf(read, clock.monotonic() - read.readAt, now), ...server } : server;
  return { policy, now, judged };
}

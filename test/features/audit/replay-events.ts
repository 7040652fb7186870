import { createKnownPolicies } from "../../../src/features/audit/checker/known-policies.ts";
import { createReplay, type RolloutAudit } from "../../../src/features/audit/checker/replay.ts";
import type { StoredEvent } from "../../../src/model/events.ts";

/** The audit of each rollout that these events hold. */
export function replayEvents(events: readonly StoredEvent[]): readonly RolloutAudit[] {
  const known = createKnownPolicies();
  for (const event of events) known.see(event);
  const audits: RolloutAudit[] = [];
  const replay = createReplay(known.policies, (audit) => audits.push(audit));
  for (const event of events) replay.see(event);
  replay.finish();
  return audits;
}

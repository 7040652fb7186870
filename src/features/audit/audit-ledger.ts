import { isArchived, type VerifiedLedger } from "../../model/verified-ledger.ts";
import { createKnownPolicies } from "./checker/known-policies.ts";
import { createReplay, type RolloutAudit } from "./checker/replay.ts";

/** What an audit says of a ledger whose chain is right. */
export interface LedgerAudit {
  readonly rows: number;
  /** Rows whose content was archived: their rollouts are no part of it. */
  readonly archived: number;
  /** In the order in which they began. */
  readonly rollouts: readonly RolloutAudit[];
}

/** Audits every rollout of the ledger, or those that are asked for. Reads it twice: rules that only later rows hold are known then. */
export function auditLedger(ledger: VerifiedLedger, isAsked: (rollout: string) => boolean = () => true): LedgerAudit {
  const known = createKnownPolicies();
  let archived = 0;
  for (const row of ledger.events()) {
    if (isArchived(row)) archived += 1;
    else known.see(row);
  }
  const rollouts: RolloutAudit[] = [];
  const replay = createReplay(known.policies, (audit) => {
    if (isAsked(audit.id)) rollouts.push(audit);
  });
  for (const row of ledger.events()) {
    if (isArchived(row)) replay.archived(row.position, row.stream);
    else replay.see(row);
  }
  replay.finish();
  return { rows: ledger.rows, archived, rollouts: rollouts.sort((a, b) => a.from - b.from) };
}

import type { StoredEvent } from "../../model/events.ts";
import { isArchived, type VerifiedLedger } from "../../model/verified-ledger.ts";
import { createKnownPolicies } from "./checker/known-policies.ts";
import { createReplay, type RolloutAudit } from "./checker/replay.ts";

type Acceptance = Extract<StoredEvent, { readonly type: "ledger.accepted" }>;
export type Archiving = Extract<StoredEvent, { readonly type: "ledger.archived" }>;

/** What an audit says of a ledger whose chain is right. */
export interface LedgerAudit {
  readonly rows: number;
  /** The newest row whose content is there; undefined if there is none. */
  readonly newest: { readonly row: number; readonly at: number } | undefined;
  /** Rows whose content was archived: their rollouts are no part of it. */
  readonly archived: number;
  /** What the ledger recorded each time that `retain` moved rows into an archive. Older versions recorded nothing. */
  readonly archivings: readonly Archiving[];
  /** Those of them whose archive was not given, while others were. */
  readonly notGiven: readonly Archiving[];
  /** Each time that a person accepted a ledger that lacked rows. */
  readonly accepted: readonly Acceptance[];
  /** In the order in which they began. */
  readonly rollouts: readonly RolloutAudit[];
}

/** Audits every rollout of the ledger, or those that are asked for. Reads it twice: rules that only later rows hold are known then. */
export function auditLedger(ledger: VerifiedLedger, isAsked: (rollout: string) => boolean = () => true): LedgerAudit {
  const known = createKnownPolicies();
  const accepted: Acceptance[] = [];
  const archivings: Archiving[] = [];
  let archived = 0;
  let newest: LedgerAudit["newest"];
  for (const row of ledger.events()) {
    if (isArchived(row)) {
      archived += 1;
      continue;
    }
    known.see(row);
    newest = { row: row.position, at: row.at };
    if (row.type === "ledger.accepted") accepted.push(row);
    if (row.type === "ledger.archived") archivings.push(row);
  }
  const { archivesIn } = ledger;
  const isGiven = ({ position }: Archiving) => archived === 0 || !archivesIn || archivesIn.has(position);
  const notGiven = archivings.filter((archiving) => !isGiven(archiving));
  const rollouts: RolloutAudit[] = [];
  const replay = createReplay(known.policies, (audit) => {
    if (isAsked(audit.id)) rollouts.push(audit);
  });
  for (const row of ledger.events()) {
    if (isArchived(row)) replay.archived(row.position, row.stream);
    else replay.see(row);
  }
  replay.finish();
  return {
    ...{ rows: ledger.rows, newest, archived, archivings, notGiven, accepted },
    rollouts: rollouts.sort((a, b) => a.from - b.from),
  };
}

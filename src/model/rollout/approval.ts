import type { AgentRef } from "../../core/agent-ref.ts";
import type { StoredEvent } from "../events.ts";
import type { ApprovalRead } from "../evidence.ts";
import type { LostReason } from "./lost-approval.ts";

export interface Approval {
  readonly person: string;
  /** The server's user that they were. */
  readonly user: AgentRef;
  readonly at: number;
  /** Its place in the ledger. */
  readonly position: number;
  /** When its giver was read last, and why they could not give it any more then; null = they could. Left out in older ledgers. */
  readonly read?: { readonly at: number; readonly lost: LostReason | null };
}

/** Whether its giver could not give it any more, when they were read last. */
export function isLost({ read }: Approval): boolean {
  return Boolean(read?.lost);
}

/** The request, with what was read of its approvers for this event. */
export function withReadings<R extends { readonly approvals: readonly Approval[] } | undefined>(
  request: R,
  { at, data }: Pick<StoredEvent, "at" | "data">,
): R {
  const reads = ("judged" in data && data.judged?.approvals) || [];
  if (!request || reads.length === 0) return request;
  const approvals = request.approvals.map((approval) => {
    const { lost, age } = reads.find((read) => isOf(approval, read)) ?? {};
    return lost === undefined || age === undefined ? approval : { ...approval, read: { at: at - age, lost } };
  });
  return { ...request, approvals };
}

function isOf({ person, user }: Approval, read: ApprovalRead): boolean {
  return read.by === person && read.user.id === user.id;
}

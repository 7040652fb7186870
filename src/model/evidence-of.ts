import type { ApprovalRead, Evidence } from "./evidence.ts";
import type { Policy } from "./policy.ts";
import type { Approval } from "./rollout/approval.ts";
import type { LostApproval } from "./rollout/lost-approval.ts";
import type { Party } from "./rollout/rollout-parts.ts";
import type { Freeze } from "./server/claims.ts";
import { inForce } from "./server/freeze.ts";
import { closing, isOpen } from "./windows.ts";

/** What was read of people. */
export interface Read {
  /** Whoever it goes by. */
  readonly owner: Party;
  /** The permissions that they lack on the agents; undefined = that was not read. */
  readonly lacking: readonly string[] | undefined;
  /** Those that were given. */
  readonly approvals?: readonly Approval[];
  /** Whose of them were read; left out = nobody's. */
  readonly approvers?: readonly Party[];
  /** Of these those that could not be given any more. */
  readonly lost?: readonly LostApproval[];
}

/** @param age how long ago the reading began, in ms. */
export function evidenceOf(read: Read, age: number, now: number): Pick<Evidence, "owner" | "lacking" | "approvals"> {
  const { owner, lacking, approvals } = read;
  return {
    owner: { ...owner, age },
    ...(lacking ? { lacking: { permissions: lacking, age } } : {}),
    ...(approvals ? { approvals: approvals.map((approval) => approvalRead(approval, read, age, now)) } : {}),
  };
}

/** What the ledger and the clock say of the server. */
export function serverEvidence(
  { windows }: Pick<Policy, "windows">,
  freeze: Freeze | undefined,
  now: number,
): Pick<Evidence, "freeze" | "window"> {
  const frozen = inForce(freeze, now);
  const open = isOpen(windows, now);
  return {
    freeze: frozen ? { by: frozen.by.person, until: frozen.until } : null,
    window: windows.length === 0 ? null : { open, closes: open ? (closing(windows, now) ?? null) : null },
  };
}

/** The reading of now, or the last one that the ledger holds. */
function approvalRead(
  { person: by, user, read }: Approval,
  { approvers = [], lost = [] }: Read,
  age: number,
  now: number,
): ApprovalRead {
  const isThis = (party: Party) => party.person === by && party.user.id === user.id;
  if (approvers.some(isThis)) return { by, user, lost: lost.find((one) => one.by === by)?.why ?? null, age };
  return read ? { by, user, lost: read.lost, age: Math.max(0, now - read.at) } : { by, user };
}

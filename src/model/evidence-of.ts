import type { ApprovalRead, Evidence } from "./evidence.ts";
import type { Policy } from "./policy.ts";
import type { LostApproval } from "./rollout/lost-approval.ts";
import type { Approval, Party } from "./rollout/rollout-parts.ts";
import type { Freeze } from "./server/claims.ts";
import { inForce } from "./server/freeze.ts";
import { closing, isOpen } from "./windows.ts";

/** What was read of people. */
export interface Read {
  /** Whoever it goes by. */
  readonly owner: Party;
  /** The permissions that they lack on the agents; undefined = that was not read. */
  readonly lacking: readonly string[] | undefined;
  readonly approvals?: readonly Approval[];
  /** Left out = their givers were not read. */
  readonly lost?: readonly LostApproval[];
}

/** @param age how long ago the reading began, in ms. */
export function evidenceOf(
  { owner, lacking, approvals, lost }: Read,
  age: number,
): Pick<Evidence, "owner" | "lacking" | "approvals"> {
  return {
    owner: { ...owner, age },
    ...(lacking ? { lacking: { permissions: lacking, age } } : {}),
    ...(approvals ? { approvals: approvals.map((one) => approvalRead(one, lost, age)) } : {}),
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

function approvalRead(
  { person: by, user }: Approval,
  lost: readonly LostApproval[] | undefined,
  age: number,
): ApprovalRead {
  if (!lost) return { by, user };
  return { by, user, lost: lost.find((one) => one.by === by)?.why ?? null, age };
}

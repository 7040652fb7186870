import type { NewEvent } from "./events.ts";
import type { ApprovalRead, Evidence } from "./evidence.ts";
import type { Policy } from "./policy.ts";
import type { LostApproval } from "./rollout/lost-approval.ts";
import type { Decision } from "./rollout/request.ts";
import type { Approval, Party } from "./rollout/rollout-parts.ts";
import type { Freeze } from "./server/claims.ts";
import { inForce } from "./server/freeze.ts";
import { closing, isOpen } from "./windows.ts";

type Judged = Extract<NewEvent, { readonly data: { readonly judged?: Evidence } }>["type"];
const JUDGED: ReadonlySet<string> = new Set<Judged>([
  "upgrade.intended",
  "rollout.requested",
  "rollout.approved",
  "rollout.started",
]);

/** A decision whose events keep what was judged by, where they are of a kind that does. */
export function withEvidence<D extends Decision>(decision: D, judged: Evidence): D {
  if (!("events" in decision)) return decision;
  return { ...decision, events: decision.events.map((event) => withJudged(event, judged)) };
}

export function withJudged<E extends NewEvent>(event: E, judged: Evidence): E {
  return JUDGED.has(event.type) ? { ...event, data: { ...event.data, judged } } : event;
}

/** What was read, and what the ledger and the clock say beside it. */
export function evidenceOf(read: {
  /** Whoever it goes by, who lacked nothing on the agents. */
  readonly owner: Party;
  /** How long ago the reading began, in ms. */
  readonly age: number;
  readonly policy: Pick<Policy, "windows">;
  readonly freeze: Freeze | undefined;
  readonly now: number;
  readonly approvals?: readonly Approval[];
  /** Left out = their givers were not read. */
  readonly lost?: readonly LostApproval[];
}): Evidence {
  const { owner, age, policy, freeze, now, approvals, lost } = read;
  return {
    owner: { ...owner, age },
    lacking: { permissions: [], age },
    ...(approvals ? { approvals: approvals.map((one) => approvalRead(one, lost, age)) } : {}),
    ...serverEvidence(policy, freeze, now),
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

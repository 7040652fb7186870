import { follow } from "../../gates/follow.ts";
import { blockedAt } from "../../gates/index.ts";
import { ofRollout } from "../../gates/rollout-situation.ts";
import type { Policy } from "../../model/policy.ts";
import { askAgain, withTypedName } from "../../model/rollout/ask-again.ts";
import type { LostApproval } from "../../model/rollout/lost-approval.ts";
import type { Decision } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import type { Party } from "../../model/rollout/rollout-parts.ts";
import type { Today } from "../../model/today.ts";

/** Why a rollout is not offered, or an offer not taken. */
export type HandoverRefusal = { readonly rollout: string } & (
  | { readonly code: "not-owner" | "owns-it" | "not-started" | "stopping" | "over" }
  | { readonly code: "older-offer" | "offer-expired" | "not-offered-to-you" }
  | { readonly code: "offer-over"; readonly how: OfferEnd }
);

/** `nothing-left`: the rollout itself is stopping or over. */
export type OfferEnd = NonNullable<NonNullable<Rollout["offer"]>["over"]> | "nothing-left";

/**
 * Offers a rollout to somebody else, who has to accept; a later offer replaces an earlier one.
 * @param forOwner whether whoever offers may do it for an owner who is gone.
 */
export function decideOffer(
  rollout: Rollout,
  given: {
    readonly by: string;
    readonly to: string;
    readonly forOwner: boolean;
    readonly policy: Policy;
    readonly now: number;
  },
): Decision<HandoverRefusal> {
  const { by, to, policy, now } = given;
  const closed = notHandedOver(rollout);
  if (closed) return { refusal: closed };
  if (rollout.owner !== by && !given.forOwner) return { refusal: { code: "not-owner", rollout: rollout.id } };
  if (rollout.owner === to) return { refusal: { code: "owns-it", rollout: rollout.id } };
  return { events: [{ type: "rollout.offered", data: { by, to, expiresAt: now + policy.approvalExpires } }] };
}

/**
 * Makes a person the owner of the rollout that was offered to them. Their earlier approvals no longer count, as with Resume:
 * where approvals are missing then, the rollout waits and asks.
 * @param by whose identity, and rights on every agent that still waits, were read at this moment. They have typed the server's name
 * if it is marked dangerous.
 */
export function decideAccept(
  rollout: Rollout,
  given: Today & {
    readonly n: number;
    readonly by: Party;
    /** Approvals whose givers could not give them now. */
    readonly lost: readonly LostApproval[];
  },
): Decision<HandoverRefusal> {
  const { by, policy, now, judged, lost } = given;
  const blocked = offerBlocked(rollout, { ...given, person: by.person }) ?? notHandedOver(rollout);
  if (blocked) return { refusal: blocked };
  const handed: RolloutEvent = {
    type: "rollout.handed-over",
    data: { by: by.person, serverUser: by.user, from: rollout.owner, judged },
  };
  const owned = { ...rollout, parties: [...rollout.parties, by] };
  // A paused one resumes only when a person presses Resume, and that asks.
  if (rollout.status !== "running") return { events: [handed] };
  const blockedAgain = blockedAt("accept", "rollout", ofRollout(owned, now, { lost }), policy);
  const asked = follow("accept", owned, blockedAgain, (because) => askAgain(owned, given, because, by, lost));
  return { events: [handed, ...withTypedName(asked, policy)] };
}

/** Not taken, or taken back: `by` is the one to whom it was offered, or the one who offered. */
export function decideDecline(
  rollout: Rollout,
  given: { readonly n: number; readonly by: string; readonly now: number },
): Decision<HandoverRefusal> {
  const { offer } = rollout;
  const blocked = offerBlocked(rollout, { ...given, person: given.by === offer?.by ? offer.to : given.by });
  if (blocked) return { refusal: blocked };
  return { events: [{ type: "rollout.offer-ended", data: { how: "declined", by: given.by } }] };
}

/** Why this press on an offer does nothing; undefined where it does. */
export function offerBlocked(
  rollout: Rollout,
  { n, person, now }: { readonly n: number; readonly person: string; readonly now: number },
): HandoverRefusal | undefined {
  const { id, offer } = rollout;
  if (!offer || offer.n !== n) return { code: "older-offer", rollout: id };
  if (offer.over) return { code: "offer-over", rollout: id, how: offerEnd(rollout, offer.over) };
  if (now >= offer.expiresAt) return { code: "offer-expired", rollout: id };
  return offer.to === person ? undefined : { code: "not-offered-to-you", rollout: id };
}

/** Why an offer is over. */
export function offerEnd({ status }: Pick<Rollout, "status">, over: Exclude<OfferEnd, "nothing-left">): OfferEnd {
  return over === "void" && status !== "running" && status !== "paused" ? "nothing-left" : over;
}

function notHandedOver({ id, status }: Rollout): HandoverRefusal | undefined {
  if (status === "running" || status === "paused") return undefined;
  if (status === "requested") return { code: "not-started", rollout: id };
  return { code: status === "stopping" ? "stopping" : "over", rollout: id };
}

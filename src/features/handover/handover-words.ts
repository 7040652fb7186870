import type { HandoverRefusal, OfferEnd } from "./decide-handover.ts";

/** Why a rollout is not offered, or an offer not taken, for the person who pressed. */
export function handoverRefusal(why: HandoverRefusal): string {
  const { rollout: id } = why;
  switch (why.code) {
    case "not-owner":
      return `Only the owner of ${id} can hand it over. When it is paused, Resume takes it over.`;
    case "owns-it":
      return `${id} is theirs already.`;
    case "not-started":
      return `${id} has not started. Withdraw it, and let its new owner ask for it.`;
    case "stopping":
      return `${id} is stopping: there is nothing left to hand over.`;
    case "over":
      return `${id} is over: there is nothing left to hand over.`;
    case "older-offer":
      return `This offer of ${id} is not the newest one. Look in its thread.`;
    case "offer-over":
      return `This offer of ${id} is over: ${OFFER_ENDS[why.how]}.`;
    case "offer-expired":
      return `This offer of ${id} has expired. The owner can offer it again.`;
    case "not-offered-to-you":
      return `${id} was offered to another person.`;
  }
}

/** How an offer came to its end. */
export const OFFER_ENDS: Readonly<Record<OfferEnd, string>> = {
  taken: "it was accepted",
  declined: "it was declined or withdrawn",
  expired: "it was not accepted in time",
  replaced: "a newer offer replaced it",
  void: "another person owns the rollout now",
  "nothing-left": "nothing of the rollout is left to hand over",
};

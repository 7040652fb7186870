import type { Caller } from "../../core/call.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { decideReview, type ReviewRefusal } from "../../model/rollout/decide-review.ts";
import { isReviewOpen, type Rollout } from "../../model/rollout/rollout.ts";
import type { Authorize } from "../../people/authorize.ts";
import { partyOf } from "../../people/identity.ts";
import { requireApprover } from "../../people/require-approver.ts";
import { reviewRefusal } from "../../phrases/review-refusal.ts";
import { changeRollout } from "../../servers/change-rollout.ts";
import { currentRollout, type RolloutPorts } from "../../servers/current-rollout.ts";
import { todayOn } from "../../servers/today-on.ts";

/** Looks back at what started without approval. */
export interface Reviews {
  /** Those whose review is open. */
  open(): readonly Rollout[];
  /** The one with this id, of those that the person may see. Throws a UserError with the ids of the others. */
  named(id: string, open: readonly Rollout[]): Rollout;
  /** Closes a review; identity and standing as an approver are read at this moment. Throws UserError. */
  close(id: string, call: Caller, note: string): Promise<void>;
}

const refused = (why: ReviewRefusal) => new UserError("review-refused", reviewRefusal(why));

export function createReviews(
  ports: RolloutPorts & { readonly authorize: Pick<Authorize, "asApprover">; readonly clock: Clock },
): Reviews {
  const { clock } = ports;
  return {
    open: () => ports.projections.openRollouts().filter(isReviewOpen),
    named(id, open) {
      const named = open.find((rollout) => rollout.id === id);
      if (named) return named;
      throw noSuchReview(id, open);
    },
    async close(id, { person, id: callId }, note) {
      const { rollout, server } = currentRollout(ports, id);
      if (!rollout.review) throw noSuchReview(id, []);
      // It starts nothing, so the approvers of today may: those of then can all be gone.
      const readAt = clock.monotonic();
      const { user } = await requireApprover(ports.authorize, server, person, undefined);
      const by = partyOf(person, user);
      await changeRollout(ports, { id, person, callId, refused }, (now) => {
        const approval = { by: person, user: by.user, lost: null, age: clock.monotonic() - readAt };
        const { policy, judged } = todayOn(now.server, ports);
        return decideReview(now.rollout, { by, note, policy, judged: { approvals: [approval], ...judged } });
      });
    },
  };
}

function noSuchReview(id: string, open: readonly Rollout[]): UserError {
  const ids = open.map((rollout) => rollout.id);
  return new UserError(
    "no-such-review",
    `${id.slice(0, 60)} has no open review that you may view. Open: ${ids.slice(0, 10).join(", ") || "none"}.`,
  );
}

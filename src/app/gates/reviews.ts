import { decideReview, isReviewOpen } from "../../domain/gates/emergency.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Board } from "../board.ts";
import type { ApproverCheck } from "../people/approver.ts";
import type { Sites } from "../site.ts";
import { UserError } from "../user-error.ts";

/** Looks back at what started without approval. */
export interface Reviews {
  /** The rollout whose review is open. Throws UserError where there is none. */
  open(id: string): Rollout;
  /** Closes a review; identity and standing as an approver are read at this moment. Throws UserError. */
  close(id: string, person: string, note: string): Promise<void>;
}

export function createReviews(ports: {
  readonly board: Board;
  readonly sites: Sites;
  readonly approvers: ApproverCheck;
}): Reviews {
  const { board, sites, approvers } = ports;

  function find(id: string): Rollout {
    const rollout = board.rollouts.get(id);
    if (rollout?.review) return rollout;
    const waiting = [...board.rollouts.values()].filter(isReviewOpen).map((open) => open.id);
    throw new UserError(
      "no-such-review",
      `${id.slice(0, 60)} has no review. Open: ${waiting.slice(0, 10).join(", ") || "none"}.`,
    );
  }

  return {
    open: find,
    async close(id, person, note) {
      const { plan, policy } = find(id);
      const site = sites.get(plan.server);
      if (!site)
        throw new UserError(
          "server-not-configured",
          `${plan.server} is not configured any more, so nobody can approve there.`,
        );
      const { user } = await approvers.approver(site, person, policy);
      const by = { person, user: { id: user.id, name: user.name } };
      await board.change(() => {
        const decision = decideReview(find(id), { by, note });
        if ("refusal" in decision) throw new UserError("review-refused", decision.refusal);
        return [{ stream: `rollout.${id}`, actor: person, facts: decision.facts }];
      });
    },
  };
}

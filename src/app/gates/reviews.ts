import { decideReview, isReviewOpen } from "../../domain/gates/emergency.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Servers } from "../managed-server.ts";
import type { ApproverCheck } from "../people/approver.ts";
import type { Projections } from "../projections.ts";
import { UserError } from "../user-error.ts";

/** Looks back at what started without approval. */
export interface Reviews {
  /** Those whose review is open. */
  open(): readonly Rollout[];
  /** The one with this id, of those that the person may see. Throws a UserError with the ids of the others. */
  named(id: string, open: readonly Rollout[]): Rollout;
  /** Closes a review; identity and standing as an approver are read at this moment. Throws UserError. */
  close(id: string, person: string, note: string): Promise<void>;
}

export function createReviews(ports: {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly approvers: ApproverCheck;
}): Reviews {
  const { projections, servers, approvers } = ports;

  function find(id: string): Rollout {
    const rollout = projections.rollouts.get(id);
    if (rollout?.review) return rollout;
    throw noSuchReview(id, []);
  }

  return {
    open: () => [...projections.rollouts.values()].filter(isReviewOpen),
    named(id, open) {
      const named = open.find((rollout) => rollout.id === id);
      if (named) return named;
      throw noSuchReview(id, open);
    },
    async close(id, person, note) {
      const { plan, policy } = find(id);
      const server = servers.get(plan.server);
      if (!server)
        throw new UserError(
          "server-not-configured",
          `${plan.server} is not configured any more, so nobody can approve there.`,
        );
      const { user } = await approvers.approver(server, person, policy);
      const by = { person, user: { id: user.id, name: user.name } };
      await projections.change(() => {
        const decision = decideReview(find(id), { by, note });
        if ("refusal" in decision) throw new UserError("review-refused", decision.refusal);
        return [{ stream: `rollout.${id}`, actor: person, events: decision.events }];
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

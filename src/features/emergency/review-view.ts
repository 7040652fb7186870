import { count } from "../../core/format.ts";
import { data, type Line, type Modal, say, type View } from "../../core/view.ts";
import { approverWords } from "../../gates/describe-policy.ts";
import type { Policy } from "../../model/policy.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Review } from "../../model/rollout/rollout-parts.ts";
import type { Contribution, Reply } from "../contribution.ts";
import { reviewButtons } from "./emergency-port.ts";

export const emergency: Contribution = {
  of: "review",
  card: ({ rollout }) => ({ lines: reviewLines(rollout), buttons: reviewButtons(rollout) }),
  replies: ({ rollout, server }) => [
    ...reviewNotices(rollout, server.policy).map(
      (said): Reply => ({ ...said, how: "redrawn", toOperations: true, outlives: true }),
    ),
    ...reviewReplies(rollout).map((said): Reply => ({ ...said, how: "once", outlives: true })),
  ],
};

interface Said {
  readonly key: string;
  readonly view: View;
}

/** What the operations channel is told of an emergency: that it began, and once a day that nobody has looked at it since. */
export function reviewNotices(rollout: Rollout, policy: Policy): readonly Said[] {
  const { review } = rollout;
  if (!review) return [];
  const said = [{ key: "alert", view: alertView(rollout, policy, review) }];
  if (review.closed || review.reminders === 0) return said;
  const open = [
    ...reviewers(rollout, policy),
    `: the review of ${rollout.id} is still open. `,
    ...started(rollout, review),
  ];
  return [...said, { key: `review-${review.reminders}`, view: say("review-reminder", open) }];
}

/** What the rollout's own thread is told when somebody has looked. */
export function reviewReplies({ review, id, owner }: Rollout): readonly Said[] {
  if (!review?.closed) return [];
  const { by, note } = review.closed;
  const line: Line = [{ person: owner }, " ", { person: by.person }, ` closed the review of ${id}: `, data(note)];
  return [{ key: "review-closed", view: say("review-closed", line) }];
}

/** Where the review stands, on the rollout's card. */
function reviewLines({ review }: Rollout): readonly Line[] {
  if (!review) return [];
  const began: Line = ["Started in an emergency, without approval: ", data(review.reason)];
  if (!review.closed) return [began, ["Its review is open: an approver has to look at it."]];
  return [began, ["Reviewed by ", { person: review.closed.by.person }, ": ", data(review.closed.note)]];
}

/** The form behind Close review. */
export function reviewModal(id: string): Modal {
  return {
    key: "review-form",
    title: `Review ${id}`,
    parts: [
      { kind: "text", lines: [["It started without approval. Drydock keeps your note, and shows it in its thread."]] },
    ],
    form: {
      command: "review",
      args: [id],
      submit: "Close review",
      fields: [
        {
          id: "note",
          kind: "text",
          label: "Note",
          hint: "What you looked at, and what follows",
          value: "",
          required: true,
        },
      ],
    },
  };
}

function alertView(rollout: Rollout, policy: Policy, review: Review): View {
  const head: Line = [{ bold: `🚨 Emergency on ${rollout.plan.server}` }, ": ", ...started(rollout, review)];
  const buttons = reviewButtons(rollout);
  const next: Line = review.closed
    ? ["Reviewed by ", { person: review.closed.by.person }, ": ", data(review.closed.note)]
    : [...reviewers(rollout, policy), ": please look at it, and close its review."];
  return {
    key: review.closed ? "emergency-over" : "emergency",
    summary: head,
    parts: [
      { kind: "text", lines: [head, next] },
      ...(buttons.length > 0 ? [{ kind: "buttons" as const, buttons }] : []),
    ],
  };
}

function started({ id, channel, posts }: Rollout, { by, agents, reason }: Review): Line {
  return [
    { person: by.person },
    ` started ${id} without approval, with ${count(agents, "agent")}: `,
    data(reason),
    ". Its card is in ",
    { channel: posts.get("card")?.channel ?? channel },
    ".",
  ];
}

/** Whoever started or owned it cannot review it: they need not be told. */
function reviewers({ parties }: Rollout, { approvers }: Policy): Line {
  const own = new Set(parties.map(({ person }) => person));
  return approverWords({ ...approvers, people: approvers.people.filter((person) => !own.has(person)) });
}

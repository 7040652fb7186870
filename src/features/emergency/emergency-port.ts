import { count } from "../../core/format.ts";
import { type Button, data, type Line } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";

/** `prod-5 (emergency by @alice, 3 agents): reason`, in lists. @param url of its card, if Slack gives it. */
export function openReviewLine(rollout: Rollout, url: string | undefined): Line {
  const { review, id } = rollout;
  return [
    "Review open: ",
    url === undefined ? { bold: id } : { label: id, url },
    " (emergency by ",
    { person: review?.by.person ?? rollout.owner },
    `, ${count(review?.agents ?? 0, "agent")}): `,
    data(review?.reason ?? ""),
  ];
}

/** Its name says which review, because a list has several. */
export function reviewButtons({ review, id }: Rollout): readonly Button[] {
  return review && !review.closed ? [{ label: `Close review of ${id}`, command: "review", args: [id] }] : [];
}

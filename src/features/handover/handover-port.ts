import type { Button } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";

/** What the person to whom it was offered can press. */
export function offerButtons({ id, offer }: Rollout): readonly Button[] {
  if (!offer || offer.over) return [];
  const args = [id, String(offer.n)];
  return [
    { label: "Accept", command: "accept", args, style: "primary" },
    { label: "Decline", command: "decline", args },
  ];
}

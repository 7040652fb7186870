import type { Button } from "../../core/view.ts";
import { isUnderWay, type Rollout } from "../../model/rollout/rollout.ts";
import type { Contribution } from "../contribution.ts";

/** On the card of a rollout that has an owner to replace. */
export const handoverButton: Contribution = {
  card: ({ rollout }) =>
    isUnderWay(rollout) && rollout.status !== "stopping"
      ? { buttons: [{ label: "Hand over", command: "handover", args: [rollout.id] }] }
      : {},
};

/** What the person to whom it was offered can press. */
export function offerButtons({ id, offer }: Rollout): readonly Button[] {
  if (!offer || offer.over) return [];
  const args = [id, String(offer.n)];
  return [
    { label: "Accept", command: "accept", args, style: "primary" },
    { label: "Decline", command: "decline", args },
  ];
}

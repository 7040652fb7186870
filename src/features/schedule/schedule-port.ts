import type { Button } from "../../core/view.ts";
import { isScheduled } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Contribution } from "../contribution.ts";

export function scheduleButtons(rollout: Rollout): readonly Button[] {
  if (!isScheduled(rollout)) return [];
  const { id, plan } = rollout;
  return [
    { label: "Move", command: "schedule", args: [id] },
    {
      label: "Cancel",
      command: "cancel",
      args: [id],
      confirm: {
        title: `Cancel ${id}?`,
        text: `Its upgrades on ${plan.server} do not start. You can plan them again at any time.`,
        yes: "Cancel it",
        no: "Keep it",
      },
    },
  ];
}

export const schedule: Contribution = {
  of: "schedule",
  card: ({ rollout }) => ({ buttons: scheduleButtons(rollout) }),
};

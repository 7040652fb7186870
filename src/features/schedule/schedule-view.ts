import type { Button, Line, Modal } from "../../core/view.ts";
import { isScheduled } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";

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

/** The form behind Move. */
export function moveModal(id: string, now: Line | undefined): Modal {
  return {
    key: "schedule-form",
    title: `Move ${id}`,
    parts: [
      {
        kind: "text",
        lines: [
          ["It starts ", ...(now ?? ["when it is approved"]), "."],
          ["If it requires approvals, Drydock asks for them again, because they were given for the other time."],
        ],
      },
    ],
    form: {
      command: "schedule",
      args: [id],
      submit: "Move",
      fields: [
        {
          id: "at",
          kind: "text",
          label: "New start",
          hint: "22:30, tomorrow 06:00, sat 22:00, 2026-12-01T06:00 or next-window",
          value: "",
          required: true,
        },
      ],
    },
  };
}

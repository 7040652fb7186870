import type { Button, Modal } from "../../core/view.ts";
import { sayWhen } from "../../core/when.ts";
import type { Policy } from "../../model/policy.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { zoneOf } from "../../model/windows.ts";
import { isScheduled } from "./decide-schedule.ts";

/** `Sat 2026-12-05 22:00 (Europe/Berlin), Sat 2026-12-05 21:00 (UTC)`; undefined where it is not scheduled. */
export function startWords(rollout: Rollout, policy: Policy): string | undefined {
  const { schedule } = rollout;
  return schedule && isScheduled(rollout) ? sayWhen(schedule.at, [zoneOf(policy.windows), "UTC"]) : undefined;
}

export function scheduleButtons(rollout: Rollout): readonly Button[] {
  if (!isScheduled(rollout)) return [];
  const { id, plan } = rollout;
  return [
    { label: "Move", command: "reschedule", args: [id] },
    {
      label: "Cancel",
      command: "unschedule",
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
export function moveModal(id: string, now: string | undefined): Modal {
  return {
    key: "reschedule-form",
    title: `Move ${id}`,
    parts: [
      {
        kind: "text",
        lines: [
          [`It starts ${now ?? "when it is approved"}.`],
          ["If it requires approvals, Drydock asks for them again, because they were given for the other time."],
        ],
      },
    ],
    form: {
      command: "reschedule",
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

import { count } from "../../core/format.ts";
import type { Choice, Modal } from "../../core/view.ts";
import type { Plan } from "../../model/plan/plan.ts";

export interface AdjustInput {
  readonly plan: Plan;
  readonly slotLimit: number;
  readonly leftOut: readonly Choice[];
  readonly only: readonly Choice[];
  readonly args: readonly string[];
}

/** The form behind Adjust. What it changes becomes flags of the command that made the plan. */
export function adjustModal({ plan, slotLimit, leftOut, only, args }: AdjustInput): Modal {
  const { slots, canary, reason } = plan.options;
  return {
    key: "adjust-form",
    title: "Adjust the plan",
    parts: [
      {
        kind: "text",
        lines: [
          [`${count(plan.agents.length, "agent")} on ${plan.server} now. Nothing starts by this: you get a new plan.`],
        ],
      },
    ],
    form: {
      command: "adjust",
      args,
      submit: "Plan again",
      fields: [
        {
          id: "exclude",
          kind: "search",
          label: "Leave out",
          placeholder: "Type a name, or a glob such as web-*",
          value: leftOut,
        },
        {
          id: "only",
          kind: "search",
          label: "Only these",
          placeholder: "Type a name, or a glob such as web-*",
          value: only,
        },
        { id: "slots", kind: "text", label: "How many at once", hint: `1 to ${slotLimit}`, value: String(slots) },
        {
          id: "canary",
          kind: "text",
          label: "Canaries",
          hint: "How many go first; the rest waits until they are stable.",
          value: canary ? String(canary) : "",
        },
        { id: "reason", kind: "text", label: "Reason", hint: "For the record", value: reason ?? "" },
      ],
    },
  };
}

import { count } from "../../core/format.ts";
import type { Choice, Modal } from "../../core/view.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { MAX_CHOICES } from "./adjustments.ts";

export interface AdjustInput {
  readonly plan: Plan;
  readonly slotLimit: number;
  /** When it shall start, as it was typed; empty = as soon as it may. */
  readonly at: string;
  readonly includesOffline: boolean;
  readonly leftOut: readonly Choice[];
  readonly only: readonly Choice[];
  readonly args: readonly string[];
}

/** The form behind Adjust. What it changes becomes flags of the command that made the plan. */
export function adjustModal({ plan, slotLimit, at, includesOffline, leftOut, only, args }: AdjustInput): Modal {
  const { slots, canary, reason, hold } = plan.options;
  const ticked = [...(hold ? ["hold"] : []), ...(includesOffline ? ["include-offline"] : [])];
  return {
    key: "adjust-form",
    title: "Adjust the plan",
    parts: [
      {
        kind: "text",
        lines: [
          [`${count(plan.agents.length, "agent")} on ${plan.server} so far. Nothing starts yet: you get a new plan.`],
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
          hint: searchHint("--exclude", leftOut, plan),
          value: leftOut,
        },
        {
          id: "only",
          kind: "search",
          label: "Only these",
          placeholder: "Type a name, or a glob such as web-*",
          hint: searchHint("--only", only, plan),
          value: only,
        },
        { id: "slots", kind: "text", label: "How many at once", hint: `1 to ${slotLimit}`, value: String(slots) },
        {
          id: "canary",
          kind: "text",
          label: "Canaries",
          hint: "How many go first. The others wait until they are stable.",
          value: canary ? String(canary) : "",
        },
        {
          id: "at",
          kind: "text",
          label: "Start",
          hint: "22:30, tomorrow 06:00, sat 22:00, 2h or next-window. Empty: when you press the button.",
          value: at,
        },
        {
          id: "options",
          kind: "choices",
          label: "Options",
          choices: [
            { value: "hold", label: "After the canaries, wait until a person resumes the rollout" },
            { value: "include-offline", label: "Include offline agents: they are upgraded when they come back" },
          ],
          value: ticked,
        },
        { id: "reason", kind: "text", label: "Reason", hint: "For the record", value: reason ?? "" },
      ],
    },
  };
}

/** What the field cannot show, and how to choose it all the same. */
function searchHint(flag: string, chosen: readonly Choice[], { agents }: Plan): string {
  const rest = chosen.length - MAX_CHOICES;
  return [
    ...(rest > 0 ? [`${rest} more are chosen and stay so. To change them, type the command again with ${flag}.`] : []),
    ...(agents.length > MAX_CHOICES
      ? [`The list shows at most ${MAX_CHOICES} agents. For others, type more of the name or a glob.`]
      : []),
  ].join(" ");
}

import type { Modal } from "../../core/view.ts";

/** The form behind Deny. */
export function denyModal(rollout: string, args: readonly string[]): Modal {
  return {
    key: "deny-form",
    title: `Deny ${rollout}`,
    parts: [{ kind: "text", lines: [["Nothing of it will begin. Your reason is shown in its thread."]] }],
    form: {
      command: "deny",
      args,
      submit: "Deny",
      fields: [
        { id: "reason", kind: "text", label: "Reason", hint: "The requester reads it", value: "", required: true },
      ],
    },
  };
}

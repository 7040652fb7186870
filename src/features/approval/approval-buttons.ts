import { beforeForm } from "../../conversation/before-form.ts";
import { defineCommand } from "../../conversation/command.ts";
import { typedName } from "../../conversation/typed-name.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { type Modal, say } from "../../core/view.ts";
import type { FindRollout } from "../../people/find-rollout.ts";
import { serverOf } from "../../servers/current-rollout.ts";
import type { Servers } from "../../servers/managed-server.ts";
import { begun, type FollowPorts } from "../rollout/rollout-port.ts";
import type { Requests } from "./approval-service.ts";
import { HELD } from "./asking-view.ts";
import { rerunWords } from "./request-view.ts";

interface ApprovePorts {
  readonly requests: Requests;
}

/** Pressed on a request: `approve ROLLOUT KEY`. */
export const approve = defineCommand({
  name: "approve",
  summary: "approve a rollout that another person asked for",
  args: {
    positional: { hint: "ROLLOUT", required: true, many: true },
    flags: {},
    example: "press Approve on a request",
  },
  async handler({ words: [id = "", key = ""] }, { call }, ports: ApprovePorts) {
    const { has, wants, held } = await ports.requests.approve({ id, key, person: call.person, callId: call.id });
    return say(
      has < wants ? "approved-needs-more" : "approved",
      has < wants
        ? `You approved ${id}: ${has} of ${wants} approvals. It waits for another.`
        : `You approved ${id}: it has its ${wants === 1 ? "approval" : `${wants} approvals`}. ${held ? HELD : "Nothing more to do."}`,
    );
  },
});

interface DenyPorts {
  readonly clock: Clock;
  readonly requests: Requests;
}

/** Pressed on a request: `deny ROLLOUT KEY`; its form comes back with the same arguments and a reason. */
export const deny = defineCommand({
  name: "deny",
  summary: "deny a rollout that another person asked for, with a reason",
  args: { positional: { hint: "ROLLOUT", required: true, many: true }, flags: {}, example: "press Deny on a request" },
  async handler({ words: [id = "", key = ""] }, { call }, ports: DenyPorts) {
    const press = { id, key, person: call.person, callId: call.id };
    if (call.via !== "form") {
      await beforeForm(ports.clock, call, ports.requests.mayDeny(press));
      return denyModal(id, [id, key]);
    }
    const reason = call.values.reason?.[0]?.trim() ?? "";
    if (reason === "") return { errors: { reason: "Type a reason for the requester. Example: not on patch day." } };
    if (reason.length > 500) return { errors: { reason: "500 characters at most." } };
    await ports.requests.deny(press, reason);
    return say("denied", `You denied ${id}.`);
  },
});

/** The form behind Deny. */
export function denyModal(rollout: string, args: readonly string[]): Modal {
  return {
    key: "deny-form",
    title: `Deny ${rollout}`,
    parts: [
      {
        kind: "text",
        lines: [[`This ends ${rollout}: no further upgrade of it starts. Drydock shows your reason in its thread.`]],
      },
    ],
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

interface RerunPorts extends FollowPorts {
  readonly findRollout: FindRollout;
  readonly requests: Requests;
  readonly servers: Servers;
}

/** Pressed on a request that came to nothing: `rerun ROLLOUT`. */
export const rerun = defineCommand({
  name: "rerun",
  summary: "ask again for what expired",
  args: { positional: { hint: "ROLLOUT", required: true, many: false }, flags: {}, example: "press Ask again" },
  async handler({ words }, context, ports: RerunPorts) {
    const { call } = context;
    const [id = ""] = words;
    const rollout = await ports.findRollout(id, call);
    const server = serverOf(ports.servers, rollout);
    const { title, text } = rerunWords(rollout);
    const form = typedName(server, call, () => ({ title, line: [text], command: "rerun", args: words }));
    if (form) return form;
    const result = await ports.requests.rerun(id, call);
    const name = rollout.plan.relays ? "upgrade-relay --lagging" : "upgrade-required";
    const example = `${context.word} ${name} --server ${server.name}`;
    if (result.kind === "widened")
      throw new UserError("plan-changed", `${result.sentence} Make a new plan. Example: ${example}`);
    return begun(result, context, ports);
  },
});

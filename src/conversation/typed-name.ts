import type { Call } from "../core/call.ts";
import { UserError } from "../core/user-error.ts";
import type { FieldErrors, Line, Modal } from "../core/view.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

const FIELD = "server";

/**
 * On a server that is marked dangerous its name has to be typed: the form that asks for it, or what is wrong in it; undefined
 * where nothing is in the way.
 */
export function typedName(
  server: ManagedServer,
  call: Call,
  form: () => {
    readonly title: string;
    readonly line: Line;
    readonly command: string;
    readonly args: readonly string[];
  },
): Modal | FieldErrors | undefined {
  if (!server.policy.dangerous) return undefined;
  if (call.via === "mention")
    throw new UserError(
      "press-button-instead",
      `${server.name} is marked dangerous: press the button instead, it asks for the server's name.`,
    );
  if (call.via === "form") {
    const typed = call.values[FIELD]?.[0]?.trim();
    if (typed === server.name) return undefined;
    return { errors: { [FIELD]: `This is not the server's name. Type ${server.name}, or close this.` } };
  }
  const { title, line, command, args } = form();
  return {
    key: "name-form",
    title,
    parts: [{ kind: "text", lines: [line, [{ bold: server.name }, " is marked dangerous."]] }],
    form: {
      command,
      args,
      submit: "Confirm",
      fields: [{ id: FIELD, kind: "text", label: `Type ${server.name} to confirm`, value: "", required: true }],
    },
  };
}

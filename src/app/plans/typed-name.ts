import type { Call } from "../command.ts";
import type { Site } from "../site.ts";
import { UserError } from "../user-error.ts";
import type { FieldErrors, Line, Modal } from "../view.ts";

const FIELD = "server";

/**
 * On a server that is marked dangerous its name has to be typed: the form that asks for it, or what is wrong in it; undefined
 * where nothing is in the way.
 */
export function typedName(
  site: Site,
  call: Call,
  form: { readonly title: string; readonly line: Line; readonly command: string; readonly args: readonly string[] },
): Modal | FieldErrors | undefined {
  if (!site.policy.dangerous) return undefined;
  if (call.via === "mention")
    throw new UserError(
      "press-button-instead",
      `${site.name} is marked dangerous: press the button instead, it asks for the server's name.`,
    );
  if (call.via === "form") {
    const typed = call.values[FIELD]?.[0]?.trim();
    if (typed === site.name) return undefined;
    return { errors: { [FIELD]: `This is not the server's name. Type ${site.name}, or close this.` } };
  }
  const { title, line, command, args } = form;
  return {
    key: "name-form",
    title,
    parts: [{ kind: "text", lines: [line, [{ bold: site.name }, " is marked dangerous."]] }],
    form: {
      command,
      args,
      submit: "Go on",
      fields: [{ id: FIELD, kind: "text", label: `Type ${site.name} to go on`, value: "", required: true }],
    },
  };
}

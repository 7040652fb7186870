import type { Call } from "../core/call.ts";
import { UserError } from "../core/user-error.ts";
import type { FieldErrors } from "../core/view.ts";
import { type TypedSecrets, typedIn } from "./typed-secrets.ts";

const WHAT = "looks like a password or token. Drydock did nothing, and kept only its length.";
const REPLACE = "If it is one, replace it: Slack has it too.";

/** What is wrong in the form's fields, if a secret was filled in. Throws a UserError if one was typed into a command. */
export function refuseSecrets(
  call: Call,
  { typedSecrets, example }: { readonly typedSecrets: TypedSecrets; readonly example: string },
): FieldErrors | undefined {
  const errors: Record<string, string> = {};
  for (const [field, text] of typedIn(call)) {
    const [found] = typedSecrets(text);
    if (found === undefined) continue;
    const what = `A word of ${found.length} characters ${WHAT}`;
    if (field === undefined) throw new UserError("typed-secret", `${what} ${REPLACE} Without it, e.g.: ${example}`);
    errors[field] = `${what} ${REPLACE}`;
  }
  return Object.keys(errors).length > 0 ? { errors } : undefined;
}

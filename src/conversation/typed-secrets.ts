import type { Call } from "../core/call.ts";
import type { Secrets } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { secretsIn } from "../core/secret-shapes.ts";
import { plainText } from "../core/split-words.ts";
import { UserError } from "../core/user-error.ts";
import type { FieldErrors } from "../core/view.ts";

/** Shorter ones are not recognized by themselves: a refusal would confirm a guess. */
const MIN_LENGTH = 12;
const BETWEEN = /[\s"'“”‘’`=,;]+/u;

/** The parts of a typed text that are secrets, or look like one: they are neither used nor kept. */
export type TypedSecrets = (text: string) => readonly string[];

export function createTypedSecrets(known: {
  /** People's own tokens; undefined where people cannot link any. */
  readonly secrets: Pick<Secrets, "isKnown"> | undefined;
  /** Drydock's own. */
  readonly configured: readonly Secret[];
}): TypedSecrets {
  const configured = known.configured.map((secret) => secret.reveal()).filter(({ length }) => length >= MIN_LENGTH);
  const isOwn = (word: string) => word.length >= MIN_LENGTH && known.secrets?.isKnown(word) === true;

  return (typed) => {
    const text = plainText(typed);
    const exact = configured.filter((secret) => text.includes(secret));
    return [...new Set([...exact, ...text.split(BETWEEN).filter(isOwn), ...secretsIn(text)])];
  };
}

/** Everything that the person typed; a field is one of a form. What other people wrote is not recorded, and buttons repeat what was typed before. */
export function typedIn(call: Call): readonly (readonly [field: string | undefined, text: string])[] {
  if (call.via === "form") return Object.entries(call.values).map(([field, texts]) => [field, texts.join("\n")]);
  return call.via === "slash" || call.via === "mention" ? [[undefined, call.text]] : [];
}

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

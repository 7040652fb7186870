import type { Call } from "../core/call.ts";
import type { Secrets } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { plainText } from "../core/typed-text.ts";
import { UserError } from "../core/user-error.ts";
import type { FieldErrors } from "../core/view.ts";

/** Shorter ones are not recognized by themselves: a refusal would confirm a guess. */
const MIN_OWN_LENGTH = 12;
const BETWEEN_OWN = /[\s"'“”‘’`=,;]+/u;

/** The parts of a typed text that are secrets, or look like one: they are neither used nor kept. */
export type TypedSecrets = (text: string) => readonly string[];

export function createTypedSecrets(known: {
  /** People's own tokens; undefined where people cannot link any. */
  readonly secrets: Pick<Secrets, "isKnown"> | undefined;
  /** Drydock's own. */
  readonly configured: readonly Secret[];
}): TypedSecrets {
  const configured = known.configured.map((secret) => secret.reveal()).filter(({ length }) => length >= MIN_OWN_LENGTH);
  const isOwn = (word: string) => word.length >= MIN_OWN_LENGTH && known.secrets?.isKnown(word) === true;

  return (typed) => {
    const text = plainText(typed);
    const exact = configured.filter((secret) => text.includes(secret));
    return [...new Set([...exact, ...text.split(BETWEEN_OWN).filter(isOwn), ...secretsIn(text)])];
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

/** Shapes of secrets that their makers document, or that are written as what they are. The first group is the secret, if there is one. */
const SHAPES: readonly RegExp[] = [
  /\b(?:xox[a-z]|xapp)-[\w-]{8,}/giu,
  /\bhooks\.slack\.com\/services\/(\S{8,})/giu,
  /\b(?:Bearer|Basic)\s+(?=\S*\d)([\w~+/.-]{8,}=*)/giu,
  // A JSON Web Token.
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/gu,
  // As UrbanCode Deploy prints a token, and the user with whom one is sent.
  /"token"\s*:\s*"?([^\s"}]{4,})/giu,
  /\bPasswordIsAuthToken:(\S{4,})/giu,
  /(?:password|passwd|pwd|token|secret|api[_-]?key|signature)=([^\s&"']{6,})/giu,
  // A user's password in an address.
  /:\/\/[^\s/:@]+:([^\s/@]{3,})@/gu,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/gu,
];

/** Where words of a sentence end. */
const BETWEEN = /[\s"'`“”„«»‘’<>()[\]{}|,;]+/u;
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//iu;
/** Within a word, tokens consist of these. Names of hosts, paths and versions are in pieces then. */
const PIECES = /[\w+~-]+/gu;
/** Ids and hashes in hex, which belong into names and reasons. */
const IDS = /[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}|[\da-f]{8,}|[\dA-F]{8,}/gu;
/** Names have shorter parts between their hyphens. */
const MIN_PART = 8;
/** Of tokens. What has no upper case is taken for one only if it is longer than names are. */
const MIN_LENGTH = 20;
const MIN_LONG = 28;
/** What words and numbers look like in a name, and in what is too long for one. */
const WORDS = /[A-Z][a-z]{2,}|[a-z]{4,}|[A-Z]{4,}|\d{3,}/gu;
const LONG_WORDS = /[A-Z]?[a-z]{4,}|[A-Z]{4,}|\d{4,}/gu;
/** From one kind of characters to another, but for a word with a capital letter. */
const SWITCHES = /(?<=[a-z])[A-Z\d]|(?<=[A-Z])\d|(?<=\d)[a-zA-Z]/gu;

/** The parts of a text that look like a password, a token or a key. Names, tickets, addresses, ids and hashes in hex do not. */
export function secretsIn(text: string): readonly string[] {
  const shaped = SHAPES.flatMap((shape) => [...text.matchAll(shape)].map(([whole, part]) => part ?? whole));
  return [
    ...new Set([
      ...shaped,
      ...text
        .split(BETWEEN)
        .filter((word) => !ADDRESS.test(word))
        .flatMap(randomIn),
    ]),
  ];
}

function randomIn(word: string): readonly string[] {
  return (word.match(PIECES) ?? []).filter(isRandom);
}

/** Whether it has the length of a token, and consists neither of words and numbers nor of ids. */
function isRandom(piece: string): boolean {
  const rest = piece
    .replace(IDS, "-")
    .split(/[-_+~]/u)
    .filter((part) => part.length >= MIN_PART)
    .join("");
  const isLong = rest.length >= MIN_LONG;
  const isMixed = /[a-z]/u.test(rest) && /[A-Z]/u.test(rest);
  if (!/\d/u.test(rest) || rest.length < MIN_LENGTH || !(isLong || isMixed)) return false;
  const words = rest.match(isLong ? LONG_WORDS : WORDS)?.join("").length ?? 0;
  const switches = rest.match(SWITCHES)?.length ?? 0;
  return isMixed ? words < rest.length / 2 : switches > 0.36 * rest.length;
}

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

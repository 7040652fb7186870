/** Values that work as they stand, by what the flag takes. Names depend on the server. */
const EXAMPLES: Readonly<Record<string, string>> = {
  TIME: "22:30",
  N: "10",
  TEXT: '"patch night"',
  REASON: '"patch night"',
  GLOB: "web-*",
  RANGE: '"<7.1"',
  VERSION: "7.3",
};

/** What a flag without its value asks for. */
export function valueWords(
  name: string,
  { hint, summary }: { readonly hint: string; readonly summary: string },
): string {
  const example = Object.hasOwn(EXAMPLES, hint) ? EXAMPLES[hint] : undefined;
  return example === undefined ? `Type --${name} ${hint}: ${summary}.` : `Example: --${name} ${example}`;
}

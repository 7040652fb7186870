/** Words that a reader has to decode, or that name no actor (the rules of how Drydock speaks). */
export const BANNED =
  /\b(somebody|nobody|whoever|everybody|anybody|anew|afresh|shall|outruns?|as far as|so many|so long|taken back|(go|goes|going|went) (on|dark)|tells?|told|wants?|wanted|stands?(?!-in)|deeds?|vouch\w*|untold|continues?|mended|thereby|wherever)\b/i;

const MAX_WORDS = 25;

/** How long a sentence is, where it is too long. */
export function tooLong(sentence: string): string | undefined {
  const words = sentence.split(/\s+/).filter((word) => /\w/.test(word)).length;
  return words > MAX_WORDS ? `${words} words` : undefined;
}

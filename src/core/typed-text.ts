/** Characters that cannot be seen: they come along when names are copied from web pages, tickets and chats. */
const INVISIBLE = /[\u00ad\u200b\u2060\ufeff]/gu;
/** Hyphens that look like the one on the keyboard. */
const HYPHENS = /[\u2010\u2011]/gu;
/** A hyphen, and the dashes that editors and fonts put in its place. */
const DASHES = /[\u2010-\u2015\u2212]/gu;

/** Text without what no person types: characters that cannot be seen are gone, and a hyphen is the one on the keyboard. */
export function plainText(text: string): string {
  return text.replace(INVISIBLE, "").replace(HYPHENS, "-");
}

/** What two names have in common that a person takes for the same: upper and lower case, kinds of hyphens, what cannot be seen. */
export function foldName(name: string): string {
  const lower = name.toLowerCase();
  if (isAscii(lower)) return lower;
  return lower.normalize("NFC").replace(INVISIBLE, "").replace(DASHES, "-").replace(/\s/gu, " ");
}

export function sameName(a: string, b: string): boolean {
  return foldName(a) === foldName(b);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

const BOT = /^\s*<@[A-Z0-9]+(?:\|[^>]*)?>\s*/;
/** A person, as Slack writes them: `<@U0123456789>`, or with their name behind a bar. */
const PERSON = /<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g;
/** A link, as Slack writes it: `<http://web-1.example.com|web-1.example.com>`, `<https://…>`, `<mailto:…|…>`, `<#C1|on-call>`. */
const LINK = /<(?:([a-z][a-z0-9+.-]*:[^<>|\s]+)|#[A-Z0-9]+)(?:\|([^<>]*))?>/giu;

export interface TypedText {
  readonly text: string;
  /** The ids of the people whom it names, by how each of them is written in the text. */
  readonly people: Readonly<Record<string, string>>;
}

/** What a person typed: what Slack did to it is taken back, and the people whom they chose are told apart. */
export function readTypedText(raw: string): TypedText {
  const people: Record<string, string> = {};
  const text = unescapeText(raw).replace(PERSON, (_whole, id: string) => {
    const written = `<@${id}>`;
    people[written] = id;
    return written;
  });
  return { text: readLinks(text), people };
}

/** The same without the mention of the bot, which begins what is said to it. */
export function readMention(raw: string): TypedText {
  return readTypedText(raw.replace(BOT, ""));
}

/** Links as people see them. */
export function readLinks(text: string): string {
  return text.replace(LINK, (whole, address: string | undefined, seen: string | undefined) => {
    if (seen !== undefined && seen !== "") return address === undefined ? `#${seen}` : seen;
    return address?.replace(/^mailto:/i, "") ?? whole;
  });
}

/** What `should_escape` and Slack's clients did to the text, taken back. */
function unescapeText(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

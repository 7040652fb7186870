import { BOT, BOT_NAME, type Workspace } from "./workspace.ts";

/** Endings after which Slack takes `web-1.example.com` for a link; of its list those that tests and people need. */
const ENDINGS = "com|net|org|io|de|dev|app|co|uk|eu";
const HOST = `(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+(?:${ENDINGS})(?![\\w-]|\\.\\w)`;
/** What Slack makes something of, the first that fits: code, addresses of pages, of mail, of hosts, people, channels. */
const PIECES = new RegExp(
  [
    "(?<code>`[^`\\n]+`)",
    "(?<url>https?:\\/\\/[^\\s<>|`]+)",
    `(?<mail>(?<![\\w.+-])[\\w.+-]+@${HOST})`,
    `(?<host>(?<![\\w@/-])${HOST}(?::\\d+)?(?:\\/[^\\s<>|\`]*)?)`,
    "(?:(?<=^|\\s)@(?<person>[a-z0-9._-]+))",
    "(?:(?<=^|\\s)#(?<channel>[a-z0-9_-]+))",
  ].join("|"),
  "gi",
);

/**
 * Text as Slack passes it on to an app whose command has `should_escape`, and in events: names become ids, what looks like an
 * address becomes a link, and the three characters that mean something are escaped. Source: docs/slack-limits.md, "Text".
 */
export function encodeText(text: string, workspace: Pick<Workspace, "people" | "channels">): string {
  let encoded = "";
  let end = 0;
  for (const match of text.matchAll(PIECES)) {
    encoded += escaped(text.slice(end, match.index)) + pieceOf(match, workspace);
    end = match.index + match[0].length;
  }
  return encoded + escaped(text.slice(end));
}

function pieceOf(match: RegExpMatchArray, workspace: Pick<Workspace, "people" | "channels">): string {
  const whole = match[0];
  const { url, mail, host, person, channel } = match.groups ?? {};
  if (url !== undefined) return `<${escaped(url)}>`;
  if (mail !== undefined) return `<mailto:${mail}|${mail}>`;
  if (host !== undefined) return `<http://${escaped(host)}|${escaped(host)}>`;
  const id = person === BOT_NAME ? BOT : workspace.people.find(({ name }) => name === person)?.id;
  if (person !== undefined && id !== undefined) return `<@${id}>`;
  const place = workspace.channels.find(({ name }) => name === channel);
  if (channel !== undefined && place) return `<#${place.id}|${place.name}>`;
  return escaped(whole);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

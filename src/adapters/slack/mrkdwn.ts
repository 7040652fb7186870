import { type Moment, momentText } from "../../core/moment.ts";
import { operatorName } from "../../core/operator.ts";
import type { Line, Span } from "../../core/view.ts";
import { isChannel, isPerson, isUsergroup } from "./ids.ts";

const MAX_DATA_LENGTH = 300;
const MAX_URL_LENGTH = 1_000;

/** One line as Slack's mrkdwn, in pieces that must not be cut in the middle. */
export function toPieces(line: Line): readonly string[] {
  return line.map(toPiece);
}

function toPiece(span: Span): string {
  if (typeof span === "string") return escapeText(oneLine(span));
  if ("data" in span) return code(span.data);
  if ("bold" in span) return `*${escapeText(oneLine(span.bold)).replaceAll("*", "∗")}*`;
  if ("person" in span) return person(span.person);
  if ("at" in span) return date(span);
  if ("url" in span) return link(span.url, span.label);
  if ("group" in span) return isUsergroup(span.group) ? `<!subteam^${span.group}>` : code(span.group);
  return isChannel(span.channel) ? `<#${span.channel}>` : code(span.channel);
}

function person(id: string): string {
  if (id === "drydock") return "Drydock";
  const operator = operatorName(id);
  if (operator !== undefined) return `${code(operator)} (an operator on the host)`;
  return isPerson(id) ? `<@${id}>` : code(id);
}

/** Each reader sees their own zone; what cannot show that, the text that names UTC. */
function date(moment: Moment): string {
  const form = moment.form === "time" ? "{time}" : "{date_short_pretty} at {time}";
  const text = momentText(moment);
  const seconds = Math.floor(moment.at / 1_000);
  return Number.isSafeInteger(seconds) && seconds > 0 ? `<!date^${seconds}^${form}|${text}>` : text;
}

/** Only to where a browser goes, and with nothing in it that could end the link early. */
function link(url: string, label: string): string {
  const text = escapeText(oneLine(label)).replaceAll("|", "∣");
  if (!/^https?:\/\//.test(url) || url.length > MAX_URL_LENGTH) return text;
  const target = visible(url).replace(/[\s<>|"]/g, (c) => encodeURIComponent(c));
  return `<${target.replaceAll("&", "&amp;")}|${text || "link"}>`;
}

/** Text from outside, as code: nothing in it can mention, link or format, and control characters show. */
function code(text: string): string {
  const shown = cut(visible(text), MAX_DATA_LENGTH);
  return `\`${escapeText(shown.replaceAll("`", "ˋ")) || "(empty)"}\``;
}

/** The characters that mean something to Slack. Source: docs/slack-limits.md, "Text". */
function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Control characters become their pictures, direction marks go: a name must not rearrange what stands beside it. */
export function visible(text: string): string {
  return text
    .replace(/\p{Cc}/gu, (c) => (c < " " ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : ""))
    .replace(/[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, "");
}

function oneLine(text: string): string {
  return visible(text.replace(/[\r\n\t]+/g, " "));
}

/** At most `limit` UTF-16 units, an ellipsis included, never half a character. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let kept = "";
  for (const character of text) {
    if (kept.length + character.length > limit - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

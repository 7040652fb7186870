import type { KnownBlock } from "@slack/types";
import { momentText } from "../../core/moment.ts";
import type { Line, Part, View } from "../../core/view.ts";
import { drawButtons, visibleLength } from "./buttons.ts";
import { fitLines } from "./fit-lines.ts";
import { cut, toPieces } from "./mrkdwn.ts";
import { plain } from "./plain.ts";

export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Source: docs/slack-limits.md, "Messages and views". */
const SECTION = 3_000;
const BLOCKS = 50;
const HEADER = 150;
const CONTEXT = 2_000;
const TEXT = 3_000;
/** Characters of all blocks together. Slack documents no limit and refuses some messages from about 11,000 on. */
const VISIBLE = 8_900;
/** What "and 1,234 more lines" takes at most. */
const MORE = 40;
/** A name that is mentioned. */
const MENTION = 40;
/** Characters of a message without blocks, of which chat.update takes the fewest. */
const PLAIN = 3_900;

/** Draws a view within Slack's limits, whatever it holds, and says what it leaves out. */
export function toMessage(view: View): Message {
  return {
    text: joinPieces(toPieces(view.summary), TEXT) || "Drydock",
    blocks: drawParts(fitParts(view.parts), BLOCKS),
  };
}

/** Draws at most so many blocks. If some parts have no room, the last block says how many. */
export function drawParts(parts: readonly Part[], most: number): KnownBlock[] {
  const drawn = parts.flatMap(drawPart);
  if (drawn.length <= most) return drawn;
  return [
    ...drawn.slice(0, most - 1),
    section(`… and ${drawn.length - most + 1} more parts, for which Slack has no room`),
  ];
}

/** The same as text alone, for what Slack does not take as blocks. Without buttons it says that there were some. */
export function toPlainMessage(view: View): Message {
  const buttons = view.parts.some((part) => part.kind === "buttons" && part.buttons.length > 0);
  const lines = view.parts.flatMap((part): readonly Line[] => {
    if (part.kind === "heading") return [[{ bold: part.text }]];
    return part.kind === "text" || part.kind === "note" ? part.lines : [];
  });
  const last: Line[] = buttons ? [["Slack refused this message with its buttons."]] : [];
  const drawn = lines.map((line) => joinPieces(toPieces(line), TEXT));
  const tail = last.map((line) => joinPieces(toPieces(line), TEXT));
  const [shown = 0] = fitLines([drawn.map(({ length }) => length)], PLAIN - MORE * 2, MORE);
  const more = shown < drawn.length ? [moreWords(drawn.length - shown)] : [];
  const text = [...drawn.slice(0, shown), ...more, ...tail].join("\n");
  return { text: text.trim() || joinPieces(toPieces(view.summary), TEXT) || "Drydock", blocks: [] };
}

/** Parts that are short enough together; where lines are left out, the part says how many. */
function fitParts(parts: readonly Part[]): readonly Part[] {
  const texts = parts.flatMap((part, i) => (part.kind === "text" || part.kind === "note" ? [{ part, i }] : []));
  const others = parts.reduce((sum, part) => sum + lengthOfOther(part), 0);
  const lengths = texts.map(({ part }) => part.lines.map(lengthOfLine));
  const shown = fitLines(lengths, VISIBLE - others, MORE);
  const fitted = [...parts];
  for (const [n, { part, i }] of texts.entries()) {
    const lines = shown[n] ?? part.lines.length;
    if (lines < part.lines.length)
      fitted[i] = { ...part, lines: [...part.lines.slice(0, lines), [moreWords(part.lines.length - lines)]] };
  }
  return fitted;
}

function moreWords(lines: number): string {
  return `and ${lines.toLocaleString("en")} more ${lines === 1 ? "line" : "lines"}`;
}

/** What people see of a line at most: of a link its label, of a mention a name. */
function lengthOfLine(line: Line): number {
  const length = line.reduce((sum, span) => {
    if (typeof span === "string") return sum + span.length;
    if ("url" in span) return sum + span.label.length;
    if ("at" in span) return sum + momentText(span).length;
    const [text = ""] = Object.values(span);
    return sum + ("data" in span || "bold" in span ? text.length + 2 : Math.max(text.length + 12, MENTION));
  }, 0);
  return Math.min(length, SECTION);
}

/** What is never left out. */
function lengthOfOther(part: Part): number {
  if (part.kind === "heading") return Math.min(part.text.length, HEADER);
  if (part.kind !== "buttons") return 0;
  return visibleLength(part.buttons);
}

function drawPart(part: Part, index: number): KnownBlock[] {
  switch (part.kind) {
    case "heading":
      return [{ type: "header", text: plain(part.text, HEADER) }];
    case "text":
      return paragraphs(part.lines, SECTION).map(section);
    case "note":
      return paragraphs(part.lines, CONTEXT).map(context);
    case "buttons": {
      const { row, leftOut } = drawButtons(part.buttons, `${index}`);
      return [...(row ? [row] : []), ...paragraphs(leftOut.map(noRoom), CONTEXT).map(context)];
    }
    case "divider":
      return [{ type: "divider" }];
  }
}

function noRoom(label: string): Line {
  return ["Slack has no room for the button ", { bold: label }, "."];
}

function context(text: string): KnownBlock {
  return { type: "context", elements: [{ type: "mrkdwn", text }] };
}

/** Slack folds a long section otherwise, and people decide by what it holds. */
function section(text: string): KnownBlock {
  return { type: "section", expand: true, text: { type: "mrkdwn", text } };
}

/** Lines packed into as few texts as the limit allows, cut only between lines and between spans. */
function paragraphs(lines: readonly Line[], limit: number): readonly string[] {
  const texts: string[] = [];
  let text = "";
  for (const line of lines) {
    const drawn = joinPieces(toPieces(line), limit) || " ";
    if (text !== "" && text.length + 1 + drawn.length > limit) {
      texts.push(text);
      text = drawn;
    } else {
      text = text === "" ? drawn : `${text}\n${drawn}`;
    }
  }
  return text === "" ? texts : [...texts, text];
}

/** As many whole pieces as fit; a piece that is too long by itself is plain text of ours, cut at an entity's edge. */
function joinPieces(pieces: readonly string[], limit: number): string {
  let text = "";
  for (const piece of pieces) {
    if (text.length + piece.length > limit - 1)
      return `${text}${text.length === 0 ? cutEscaped(piece, limit - 1) : ""}…`;
    text += piece;
  }
  return text;
}

function cutEscaped(piece: string, limit: number): string {
  return cut(piece, limit).replace(/&[a-z]{0,3}(?=…?$)/, "");
}

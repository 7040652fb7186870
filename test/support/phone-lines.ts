import type { View } from "../../src/core/view.ts";
import { lineText } from "../../src/core/view.ts";

/** Characters that a line holds on a screen of 390 px, beside the sender's picture; notes are set smaller. */
const WIDTH = { text: 46, note: 54 };

/** How many lines a message has on a phone: its heading, texts and notes, without its buttons. */
export function linesOnPhone({ parts }: View): number {
  const lines = parts.flatMap((part) => {
    if (part.kind === "heading") return [wrapped(part.text, WIDTH.text)];
    if (part.kind !== "text" && part.kind !== "note") return [];
    return part.lines.map((line) => wrapped(lineText(line), WIDTH[part.kind]));
  });
  return lines.reduce((sum, n) => sum + n, 0);
}

function wrapped(line: string, width: number): number {
  let lines = 1;
  let used = 0;
  for (const word of line.split(" ")) {
    if (used > 0 && used + 1 + word.length > width) {
      lines += 1;
      used = word.length;
    } else used += (used > 0 ? 1 : 0) + word.length;
  }
  return lines;
}

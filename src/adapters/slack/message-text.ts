import { readTypedText } from "./typed-text.ts";

const MAX_LENGTH = 40_000;
/** Where messages hold what people read: their own text, blocks, and the attachments of other apps. */
const READ = ["text", "fallback", "title", "pretext", "value"];

/** All that people read in a message. Apps put into blocks and attachments what their text leaves out. */
export function readMessageText(message: object): string {
  const texts: string[] = [];
  collect(message, texts);
  return readTypedText(texts.join("\n").slice(0, MAX_LENGTH)).text;
}

function collect(part: unknown, texts: string[]): void {
  if (Array.isArray(part)) for (const one of part) collect(one, texts);
  if (typeof part !== "object" || part === null || Array.isArray(part)) return;
  // What a button carries is not read by people.
  if ("type" in part && part.type === "button") return;
  for (const [key, value] of Object.entries(part)) {
    if (typeof value === "string" && READ.includes(key)) texts.push(value);
    else if (typeof value === "object") collect(value, texts);
  }
}

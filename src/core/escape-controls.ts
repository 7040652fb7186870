/** Characters that move the cursor, colour text or turn its direction where it is printed; not the line feed and the tab. */
const CONTROLS = /(?![\n\t])\p{Cc}|[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Text whose control characters do nothing: they are written as JSON writes them, so JSON stays the same JSON. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

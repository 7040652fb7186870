import { momentText } from "./moment.ts";
import { operatorName } from "./operator.ts";
import { type Field, isModal, isView, type Line, type Part, type Shown } from "./view.ts";

/** Everything that is shown, as plain text: what the ledger keeps of it. */
export function textOf(shown: Shown): string {
  if (isView(shown)) return shown.parts.flatMap(partText).join("\n");
  if (isModal(shown))
    return [shown.title, ...shown.parts.flatMap(partText), ...(shown.form?.fields ?? []).map(fieldText)].join("\n");
  return Object.values(shown.errors).join("\n");
}

/** A line is one line, whatever comes from outside. */
export function lineText(line: Line): string {
  return line
    .map((span) => {
      if (typeof span === "string") return span;
      if ("at" in span) return momentText(span);
      return ("person" in span ? personText(span.person) : (Object.values(span)[0] ?? "")).replace(/[\r\n]+/g, " ");
    })
    .join("");
}

function personText(id: string): string {
  const operator = operatorName(id);
  return operator === undefined ? id : `${operator} (an operator on the host)`;
}

function partText(part: Part): readonly string[] {
  switch (part.kind) {
    case "heading":
      return [part.text];
    case "buttons":
      return [part.buttons.map((button) => `[${button.label}]`).join(" ")];
    case "divider":
      return [];
    case "text":
    case "note":
      return part.lines.map(lineText);
  }
}

function fieldText(field: Field): string {
  if (field.kind === "secret" || field.kind === "person") return field.label;
  if (field.kind === "choices")
    return [
      field.label,
      ...field.choices.map(({ value, label }) => `[${field.value.includes(value) ? "x" : " "}] ${label}`),
    ].join("\n");
  return `${field.label}: ${field.kind === "text" ? field.value : field.value.map(({ label }) => label).join(", ")}`;
}

/** Characters that move the cursor, colour text or turn its direction where it is printed; not the line feed and the tab. */
const CONTROLS = /(?![\n\t])\p{Cc}|[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Text whose control characters do nothing: they are written as JSON writes them, so JSON stays the same JSON. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

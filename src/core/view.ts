import { type Moment, momentText } from "./moment.ts";
import { operatorName } from "./operator.ts";

/**
 * What is shown, as data. The Slack adapter draws it; nothing here knows Block Kit.
 * A bare string in a Line is written by Drydock; everything that comes from outside goes in as `data`, which is drawn so
 * that it can mean nothing but itself.
 */
export type Span =
  | string
  /** Text from outside (agent names, error texts, reasons): drawn as code, escaped. */
  | { readonly data: string }
  | { readonly bold: string }
  | { readonly person: string }
  /** A usergroup, by its id. */
  | { readonly group: string }
  | { readonly channel: string }
  | Moment
  /** A link of ours; what comes from outside in its URL is encoded. */
  | { readonly label: string; readonly url: string };

export type Line = readonly Span[];

export interface Button {
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  /** A last argument, which is left out where there is no room for it. */
  readonly spare?: string;
  readonly style?: "primary" | "danger";
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string; readonly no: string };
}

export type Part =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly lines: readonly Line[] }
  | { readonly kind: "note"; readonly lines: readonly Line[] }
  | { readonly kind: "buttons"; readonly buttons: readonly Button[] }
  | { readonly kind: "divider" };

/** What a message is, in kebab-case, whatever it says. The type refuses sentences, which begin with a capital letter. */
export type Key = Lowercase<string>;

export interface View {
  readonly key: Key;
  /** Said by notifications and screen readers: never empty. */
  readonly summary: Line;
  readonly parts: readonly Part[];
}

/** One thing to fill in. What was filled in comes back as a list of texts, by `id`. */
export type Field = {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  /** Slack itself does not take the form without it. */
  readonly required?: boolean;
} & (
  | { readonly kind: "text"; readonly value: string }
  /** What is filled in comes back apart from the rest, and is written down nowhere. */
  | { readonly kind: "secret" }
  /** Boxes to tick, a few; `value`: those that are ticked. */
  | { readonly kind: "choices"; readonly choices: readonly Choice[]; readonly value: readonly string[] }
  /** One person of the workspace, whom Slack itself lists. What comes back is that person's id. */
  | { readonly kind: "person" }
  /** Many of a long list, found by typing: the command that opened the form is asked what fits. */
  | { readonly kind: "search"; readonly placeholder: string; readonly value: readonly Choice[] }
);

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Something that stands over the conversation until the person closes it; with fields it is a form. */
export interface Modal {
  readonly key: Key;
  readonly title: string;
  readonly parts: readonly Part[];
  readonly form?: {
    readonly fields: readonly Field[];
    readonly submit: string;
    /** What is called with what was filled in. */
    readonly command: string;
    readonly args: readonly string[];
  };
}

/** What is wrong in a form, by the field's id: it stays open and shows this. */
export interface FieldErrors {
  readonly errors: Readonly<Record<string, string>>;
}

export type Shown = View | Modal | FieldErrors;

export function isView(shown: Shown): shown is View {
  return "summary" in shown;
}

export function isModal(shown: Shown): shown is Modal {
  return "title" in shown;
}

/** Wrong fields have one key for all: their sentences belong to the form. */
export function keyOf(shown: Shown): Key {
  return isView(shown) || isModal(shown) ? shown.key : "form-errors";
}

export function data(text: string): Span {
  return { data: text };
}

/** A view of one paragraph: what most answers are. */
export function say(key: Key, ...lines: readonly (Line | string)[]): View {
  const drawn = lines.map((line) => (typeof line === "string" ? [line] : line));
  return { key, summary: drawn[0] ?? ["Drydock"], parts: [{ kind: "text", lines: drawn }] };
}

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
  if (id === "drydock") return "Drydock";
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

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
  | { readonly channel: string };

export type Line = readonly Span[];

export interface Button {
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly style?: "primary" | "danger";
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string; readonly no: string };
}

export type Part =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly lines: readonly Line[] }
  | { readonly kind: "note"; readonly lines: readonly Line[] }
  | { readonly kind: "buttons"; readonly buttons: readonly Button[] }
  | { readonly kind: "divider" };

export interface View {
  /** Said by notifications and screen readers: never empty. */
  readonly summary: Line;
  readonly parts: readonly Part[];
}

export function data(text: string): Span {
  return { data: text };
}

/** A view of one paragraph: what most answers are. */
export function say(...lines: readonly (Line | string)[]): View {
  const drawn = lines.map((line) => (typeof line === "string" ? [line] : line));
  return { summary: drawn[0] ?? ["Drydock"], parts: [{ kind: "text", lines: drawn }] };
}

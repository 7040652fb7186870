import { momentText } from "../../../core/moment.ts";
import { operatorName } from "../../../core/operator.ts";
import type { Line, Span } from "../../../core/view.ts";
import { type Html, html } from "./html.ts";

/** Names of people on the server, by their Slack id. */
export type Names = ReadonlyMap<string, string>;

/** A line of ours as markup: people by their names, and data from outside so that it means only itself. */
export function drawLine(line: Line, names: Names): readonly Html[] {
  return line.map((span) => drawSpan(span, names));
}

/** `alice (U0ALICE)`, a person on the host as one; `Drydock` where no person did it. */
export function drawPerson(person: string, names: Names): Html {
  if (person === "drydock") return html`Drydock`;
  const operator = operatorName(person);
  if (operator !== undefined) return html`<b>${operator}</b> (an operator on the host)`;
  const name = names.get(person);
  return name === undefined ? html`<b>${person}</b>` : html`<b>${name}</b> <small>${person}</small>`;
}

function drawSpan(span: Span, names: Names): Html {
  if (typeof span === "string") return html`${span}`;
  if ("data" in span) return html`<code>${span.data}</code>`;
  if ("bold" in span) return html`<b>${span.bold}</b>`;
  if ("person" in span) return drawPerson(span.person, names);
  if ("group" in span) return html`<code>${span.group}</code>`;
  if ("channel" in span) return html`<code>${span.channel}</code>`;
  if ("at" in span) return html`<time>${momentText(span)}</time>`;
  return html`${span.label}`;
}

import { get } from "node-emoji";
import type { ComponentChildren } from "preact";
import type { Shape } from "../protocol.ts";
import { nameOf, usePage } from "./context.ts";
import { NotDrawn } from "./elements.tsx";
import { listOf, shapeOf } from "./text.tsx";

/** A rich_text block: sections, lists, quotes and code. Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export function RichText({ of }: { readonly of: Shape }) {
  return (
    <>
      {listOf(of.elements).map((part, i) => (
        <Part key={i} of={part} />
      ))}
    </>
  );
}

function Part({ of }: { readonly of: Shape }): ComponentChildren {
  const inside = listOf(of.elements).map((element, i) =>
    of.type === "rich_text_list" ? (
      <li key={i}>
        <Part of={element} />
      </li>
    ) : (
      <Piece key={i} of={element} />
    ),
  );
  switch (of.type) {
    case "rich_text_section":
      return <span>{inside}</span>;
    case "rich_text_list":
      return of.style === "ordered" ? <ol>{inside}</ol> : <ul>{inside}</ul>;
    case "rich_text_quote":
      return <q class="quote">{inside}</q>;
    case "rich_text_preformatted":
      return <pre>{inside}</pre>;
    default:
      return <NotDrawn what={String(of.type)} />;
  }
}

function Piece({ of }: { readonly of: Shape }) {
  const { screen } = usePage();
  switch (of.type) {
    case "text":
      return styled(String(of.text ?? ""), shapeOf(of.style));
    case "emoji":
      return <>{get(String(of.name)) ?? `:${String(of.name)}:`}</>;
    case "user":
      return <span class="mention">@{nameOf(screen, String(of.user_id))}</span>;
    case "link":
      return (
        <a href={String(of.url)} target="_blank" rel="noreferrer">
          {String(of.text ?? of.url)}
        </a>
      );
    default:
      return <NotDrawn what={String(of.type)} />;
  }
}

function styled(text: string, style: Shape) {
  let shown = <>{text}</>;
  if (style.code) shown = <code>{shown}</code>;
  if (style.bold) shown = <b>{shown}</b>;
  if (style.italic) shown = <i>{shown}</i>;
  if (style.strike) shown = <s>{shown}</s>;
  return shown;
}

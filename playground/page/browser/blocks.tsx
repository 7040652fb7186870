import type { ComponentChildren } from "preact";
import type { Shape } from "../protocol.ts";
import { Element, NotDrawn, type OnAct } from "./elements.tsx";
import { RichText } from "./rich-text.tsx";
import { listOf, plainOf, shapeOf, Text } from "./text.tsx";

/** Draws blocks as Slack's clients do; `onAct` hears which block it was. Source: docs.slack.dev/reference/block-kit/blocks */
export function Blocks(props: {
  readonly of: readonly Shape[];
  readonly onAct: (block: string, element: Shape, did: Shape) => void;
  /** Draws an input block; only a form has them. */
  readonly input?: (block: Shape, id: string) => ComponentChildren;
}) {
  return (
    <div class="blocks">
      {props.of.map((block, i) => {
        const id = blockId(block, i);
        return (
          <Block key={id} of={block} onAct={(element, did) => props.onAct(id, element, did)}>
            {block.type === "input" && props.input?.(block, id)}
          </Block>
        );
      })}
    </div>
  );
}

/** Slack gives a block an id where the app did not. */
export function blockId(block: Shape, index: number): string {
  return String(block.block_id ?? `b${index}`);
}

function Block({
  of,
  onAct,
  children,
}: {
  readonly of: Shape;
  readonly onAct: OnAct;
  readonly children?: ComponentChildren;
}) {
  switch (of.type) {
    case "header":
      return <h3>{plainOf(of.text)}</h3>;
    case "divider":
      return <hr />;
    case "section":
      return (
        <div class="section">
          <div>
            {of.text !== undefined && <Text of={of.text} />}
            {listOf(of.fields).length > 0 && (
              <div class="fields">
                {listOf(of.fields).map((field, i) => (
                  <div key={i}>
                    <Text of={field} />
                  </div>
                ))}
              </div>
            )}
          </div>
          {of.accessory !== undefined && <Element of={shapeOf(of.accessory)} onAct={onAct} />}
        </div>
      );
    case "context":
      return (
        <p class="context">
          {listOf(of.elements).map((element, i) => (
            <span key={i}>{element.type === "image" ? `[${String(element.alt_text)}]` : <Text of={element} />}</span>
          ))}
        </p>
      );
    case "actions":
      return (
        <div class="actions">
          {listOf(of.elements).map((element, i) => (
            <Element key={String(element.action_id ?? i)} of={element} onAct={onAct} />
          ))}
        </div>
      );
    case "input":
      return <div>{children}</div>;
    case "rich_text":
      return <RichText of={of} />;
    case "table":
      return <Table rows={Array.isArray(of.rows) ? of.rows.map(listOf) : []} />;
    case "alert":
      return (
        <p class="alert" role="alert">
          <Text of={of.text} />
        </p>
      );
    default:
      return <NotDrawn what={String(of.type)} />;
  }
}

/** The first row is the head. */
function Table({ rows: [head = [], ...body] }: { readonly rows: readonly (readonly Shape[])[] }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {head.map((cell, i) => (
              <th key={i}>
                <Cell of={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, r) => (
            <tr key={r}>
              {row.map((cell, i) => (
                <td key={i}>
                  <Cell of={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ of }: { readonly of: Shape }) {
  return of.type === "rich_text" ? <RichText of={of} /> : <span>{String(of.text ?? "")}</span>;
}

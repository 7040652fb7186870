import type { ActionsBlock, Button } from "@slack/types";
import type { Button as ViewButton } from "../../core/view.ts";
import { plain } from "./plain.ts";

/** Source: docs/slack-limits.md, "Messages and views". */
const BUTTONS = 25;
const VALUE = 2_000;
const LABEL = 75;

/** One row, of the buttons that Slack takes. @param place what nothing else in the message has. */
export function drawButtons(
  buttons: readonly ViewButton[],
  place: string,
): { readonly row: ActionsBlock | undefined; readonly leftOut: readonly string[] } {
  const elements: Button[] = [];
  const leftOut: string[] = [];
  for (const [n, button] of buttons.entries()) {
    const value = carriedBy(button);
    if (value === undefined || elements.length >= BUTTONS) leftOut.push(button.label);
    else elements.push(drawButton(button, value, `drydock:${place}.${n}:${button.command}`));
  }
  return { row: elements.length > 0 ? { type: "actions", elements } : undefined, leftOut };
}

/** How many characters of a row people see. */
export function visibleLength(buttons: readonly ViewButton[]): number {
  return buttons.slice(0, BUTTONS).reduce((sum, { label }) => sum + Math.min(label.length, LABEL), 0);
}

/** Undefined where Slack has no room for what the button carries. */
function carriedBy({ command, args, spare }: ViewButton): string | undefined {
  const ways = spare === undefined ? [args] : [[...args, spare], args];
  return ways.map((way) => JSON.stringify({ command, args: way })).find(({ length }) => length <= VALUE);
}

function drawButton({ label, style, confirm }: ViewButton, value: string, id: string): Button {
  return {
    type: "button",
    action_id: id.slice(0, 255),
    text: plain(label, LABEL),
    value,
    ...(style ? { style } : {}),
    ...(confirm
      ? {
          confirm: {
            title: plain(confirm.title, 100),
            text: plain(confirm.text, 300),
            confirm: plain(confirm.yes, 30),
            deny: plain(confirm.no, 30),
          },
        }
      : {}),
  };
}

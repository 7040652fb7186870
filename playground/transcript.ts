import { nameOf, withNames } from "./messages.ts";
import { renderText } from "./slack/block-kit.ts";
import type { Happening, SlackMessage, Workspace } from "./slack/workspace.ts";

type Named = Pick<Workspace, "people" | "channels">;

/**
 * The conversation as lines for a terminal. A message is printed whole when it is posted and when its heading changes, and
 * as one line when only its counts change. A running clock prints nothing.
 */
export function createTranscript(workspace: Named): (happening: Happening) => string | undefined {
  const printed = new Map<string, { readonly heading: string; readonly summary: string }>();

  return (happening) => {
    if (happening.kind === "view" || happening.kind === "deleted") return undefined;
    const { message } = happening;
    const id = `${message.channel} ${message.ts}`;
    const before = printed.get(id);
    const now = { heading: headingOf(message), summary: withNames(workspace, message.text) };
    if (before?.heading === now.heading && before.summary === now.summary) return undefined;
    printed.set(id, now);
    const place = placeOf(workspace, message);
    if (before?.heading === now.heading) return `[${place}] ${now.summary}`;
    const shown = withNames(workspace, renderText(message)).replace(/^/gm, "    ");
    return `\n[${place}${before ? ", edited" : ""}]\n${shown}`;
  };
}

function placeOf(workspace: Named, { channel, thread, only }: SlackMessage): string {
  if (only) return `only @${nameOf(workspace, only)} sees`;
  const name = workspace.channels.find(({ id }) => id === channel)?.name ?? channel;
  return thread ? `#${name}, thread` : `#${name}`;
}

function headingOf({ blocks }: SlackMessage): string {
  const [first] = blocks;
  return first?.type === "header" ? renderText({ text: "", blocks: [first] }) : "";
}

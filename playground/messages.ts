import { buttonsOf, type ShownButton } from "./slack/block-kit.ts";
import type { SlackMessage, Workspace } from "./slack/workspace.ts";

/** By which Drydock finds its own message again: it stays the same whatever the wording. */
export function keyOf({ metadata }: SlackMessage): string | undefined {
  const { event_payload } = (metadata ?? {}) as { readonly event_payload?: { readonly key?: unknown } };
  return typeof event_payload?.key === "string" ? event_payload.key : undefined;
}

/** The button that gives this command, whatever its label. */
export function buttonFor(message: SlackMessage, command: string): ShownButton | undefined {
  return buttonsOf(message.blocks).find(({ action_id }) => action_id.endsWith(`:${command}`));
}

export function nameOf({ people }: Pick<Workspace, "people">, id: string): string {
  return people.find((person) => person.id === id)?.name ?? id;
}

/** A message's text with names in place of ids. */
export function withNames(workspace: Pick<Workspace, "people">, text: string): string {
  return text.replace(/<@([A-Z0-9]+)>/g, (_match, id: string) => `@${nameOf(workspace, id)}`);
}

import { foldName } from "../../core/typed-text.ts";
import { wordsIn } from "../../core/words-in.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

/** The most agents of a message in one plan. */
export const MAX_NAMED = 50;

/** The agents of one server that a message names, as far as the person may view them. */
export interface NamedOnServer {
  readonly server: ManagedServer;
  /** In the order of the message. */
  readonly names: readonly string[];
}

/** @param views which agents the person may view: one that is hidden is not found. */
export async function namesOnServer(
  server: ManagedServer,
  message: string,
  views: (agentId: string) => Promise<boolean>,
): Promise<NamedOnServer> {
  const byName = new Map<string, { readonly id: string; readonly name: string }[]>();
  for (const { id, name } of await server.fleet.agents()) {
    const folded = foldName(name);
    byName.set(folded, [...(byName.get(folded) ?? []), { id, name }]);
  }
  const names = new Set<string>();
  for (const { text } of wordsIn(message)) {
    if (names.size > MAX_NAMED) break;
    for (const { id, name } of byName.get(foldName(text)) ?? []) if (await views(id)) names.add(name);
  }
  return { server, names: [...names] };
}

/** Words of a message that look like names of agents, and of which no agent was found. */
export function namesNotFound(message: string, found: readonly string[]): readonly string[] {
  const known = new Set(found.map(foldName));
  const isPart = (word: string) => word.split(/[\s,;]+/).every((part) => known.has(foldName(part)));
  return wordsIn(message)
    .filter(({ text, isNameLike }) => isNameLike && !known.has(foldName(text)) && !isPart(text))
    .map(({ text }) => text);
}

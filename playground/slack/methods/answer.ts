import type { SlackChannel, Workspace } from "../workspace.ts";

export type Arguments = Readonly<Record<string, unknown>>;
export type ApiAnswer = Readonly<Record<string, unknown>> & { readonly ok: boolean };

/** What a method works on. */
export interface World {
  readonly workspace: Workspace;
  /** What the app was given; undefined = everything. */
  readonly scopes: ReadonlySet<string> | undefined;
  /** Whether people can be written to directly; left out = they can. */
  readonly messagesTab?: boolean | undefined;
  readonly now: () => number;
}

export type Method = (world: World, args: Arguments) => ApiAnswer;

export function refuse(error: string, messages: readonly string[] = []): ApiAnswer {
  return { ok: false, error, ...(messages.length > 0 ? { response_metadata: { messages } } : {}) };
}

/** A channel as the app finds it: a private one that it is not in is not there for it. */
export function channelFor({ workspace }: World, id: unknown): SlackChannel | undefined {
  const channel = workspace.channel(id);
  return channel && (channel.bot || !channel.is_private) ? channel : undefined;
}

export function pageOf<T>(
  all: readonly T[],
  { limit, cursor }: Arguments,
  [usual, most]: readonly [number, number],
): { readonly items: readonly T[]; readonly next: string } {
  const size = Math.min(most, Number(limit ?? usual));
  const offset = Number(cursor || 0);
  return { items: all.slice(offset, offset + size), next: offset + size < all.length ? String(offset + size) : "" };
}

/** A flag, which forms send as a text. */
export function isOn(value: unknown): boolean {
  return value === true || value === "true" || value === "1" || value === 1;
}

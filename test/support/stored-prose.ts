/** What an event holds that others wrote: people's reasons and notes, names, the server's words, messages, commands, the configuration. */
const OTHERS = new Set(["reason", "note", "name", "text", "typed", "command", "policy"]);
/** Ids, codes, versions, times. A sentence of ours has a comma, an apostrophe or a bracket sooner or later. */
const NO_PROSE = /^[\w.:@/+ -]*$/;

interface Stored {
  readonly stream: string;
  readonly type: string;
  readonly data: unknown;
}

/** Strings in events that may be sentences of Drydock's own: there should be none. */
export function storedProse(events: readonly Stored[]): readonly string[] {
  return events.flatMap(({ stream, type, data }) =>
    proseIn(data, "").map((found) => `${stream} ${type} stores a sentence: ${found}`),
  );
}

function proseIn(value: unknown, key: string): readonly string[] {
  if (OTHERS.has(key)) return [];
  if (typeof value === "string") return NO_PROSE.test(value) ? [] : [`${key}: ${value}`];
  if (typeof value !== "object" || value === null) return [];
  // Sentences of older versions are read as this, and no rule writes it.
  if ("code" in value && value.code === "recorded") return [`${key}: ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([inner, it]) => proseIn(it, Array.isArray(value) ? key : inner));
}

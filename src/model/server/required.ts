import { type AgentStatus, isConnected } from "../../core/agent.ts";
import type { StoredEvent } from "../events.ts";
import type { ServerEvent, Share } from "./server-events.ts";

/** Agents that have turned Upgrade Required lately: one notice, which is drawn again as more of them do. */
export interface Growth {
  /** How many there have been on the server, this one included. */
  readonly n: number;
  /** Ms since 1970. */
  readonly since: number;
  /** Ids of those that it tells of. */
  readonly agents: ReadonlySet<string>;
  /** How many could not deploy before them. */
  readonly before: number;
  readonly serverVersion: string | null;
  readonly teams: readonly Share[];
  readonly tags: readonly Share[];
  /** Of how many of `agents` the teams were read. */
  readonly asked: number;
}

/** Which agents of a server cannot deploy until they are upgraded, as far as it was told, folded from `server.<name>`. */
export interface Required {
  /** Undefined before the first count: what there is then is no news. */
  readonly known: ReadonlySet<string> | undefined;
  readonly growth: Growth | undefined;
}

export const NEVER_COUNTED: Required = { known: undefined, growth: undefined };

/** Who turns Upgrade Required within so long (ms) of the first of them is told of in the same notice: people are called once. */
export const SAME_NOTICE = 60 * 60_000;

/** What is new since the count before; undefined where nothing is. */
export interface Difference {
  readonly added: readonly string[];
  readonly cured: readonly string[];
}

/**
 * An agent counts from when it is seen as Upgrade Required until it is seen connected and not so. One that is offline stays as it
 * was: it comes back as it went, or upgraded. So does one that is not listed, unless it is among the `gone`: a list may
 * have been short for once. Inactive agents deploy nothing anyway.
 */
export function compareRequired(
  { known = new Set() }: Required,
  agents: readonly { readonly id: string; readonly status: AgentStatus; readonly active: boolean }[],
  gone: ReadonlySet<string> = new Set(),
): Difference {
  const seen = new Map(agents.map(({ id, status }) => [id, status]));
  const added = agents
    .filter(({ id, status, active }) => active && status === "upgrade-required" && !known.has(id))
    .map(({ id }) => id);
  const cured = [...known].filter((id) => {
    const status = seen.get(id);
    if (status === undefined) return gone.has(id);
    return isConnected(status) && status !== "upgrade-required";
  });
  return { added, cured };
}

export function evolveRequired(state: Required, event: StoredEvent): Required {
  if (event.type !== "required.counted" && event.type !== "required.grew") return state;
  const known = new Set(state.known);
  for (const id of event.data.added) known.add(id);
  if (event.type === "required.grew")
    return { known, growth: grow(state.growth, event.data, state.known?.size ?? 0, event.at) };
  for (const id of event.data.cured) known.delete(id);
  return { ...state, known };
}

function grow(
  last: Growth | undefined,
  { added, serverVersion, teams, tags, asked }: Extract<ServerEvent, { type: "required.grew" }>["data"],
  before: number,
  at: number,
): Growth {
  const same = noticeAt(last, at);
  return {
    n: same?.n ?? (last?.n ?? 0) + 1,
    since: same?.since ?? at,
    agents: new Set([...(same?.agents ?? []), ...added]),
    before: same?.before ?? before,
    serverVersion,
    teams: addShares(same?.teams ?? [], teams),
    tags: addShares(same?.tags ?? [], tags),
    asked: (same?.asked ?? 0) + asked,
  };
}

/** The notice that whoever turns Upgrade Required at that time is told of in; undefined where that makes another one. */
export function noticeAt(growth: Growth | undefined, at: number): Growth | undefined {
  // If the clock was set back, a notice of its own is better than an edit that nobody sees for hours.
  return growth && at >= growth.since && at - growth.since < SAME_NOTICE ? growth : undefined;
}

/** How many of those that the notice tells of still cannot deploy. */
export function stillBlocked({ known, growth }: Required): number {
  return [...(growth?.agents ?? [])].filter((id) => known?.has(id)).length;
}

function addShares(some: readonly Share[], more: readonly Share[]): readonly Share[] {
  return sharesOf([...some, ...more].flatMap(({ name, agents }) => Array<string>(agents).fill(name)));
}

/** How often each name is there, the most frequent first. */
export function sharesOf(names: Iterable<string>): readonly Share[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, agents]) => ({ name, agents }))
    .sort((a, b) => b.agents - a.agents || (a.name < b.name ? -1 : 1));
}

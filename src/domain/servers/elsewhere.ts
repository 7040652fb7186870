import { type AgentStatus, isConnected, needsUpgrade } from "../agent.ts";
import type { AgentRef, StoredEvent } from "../events.ts";
import type { DoubtKind, ServerFact } from "./server-facts.ts";

/** An agent that went offline after it was read as one that wants an upgrade, and that is none of ours. */
export interface Outside {
  readonly name: string;
  readonly since: number;
}

/** What is known of upgrades that somebody else started on a server, folded from `server.<name>`. */
export interface Elsewhere {
  /** These count among the ten. */
  readonly upgrading: ReadonlyMap<string, Outside>;
  /** Of these nobody can say it: nothing begins before they are back, or a person says to go on. */
  readonly doubt:
    | { readonly kind: DoubtKind; readonly since: number; readonly agents: ReadonlyMap<string, Outside> }
    | undefined;
  /** A person said that these are no upgrades. */
  readonly dismissed: ReadonlyMap<string, Outside>;
  /** The last doubt that is over: since when it was, and who ended it. */
  readonly settled: { readonly since: number; readonly by: string } | undefined;
}

export const NOTHING_ELSEWHERE: Elsewhere = {
  upgrading: new Map(),
  doubt: undefined,
  dismissed: new Map(),
  settled: undefined,
};

/** More than so many agents that drop between two reads are no upgrades: a network is down, or the server restarted. */
export const MOST_DROPPED = 10;

/** One reading of the fleet, whole or in part. */
export interface FleetReading {
  readonly at: number;
  readonly agents: readonly {
    readonly id: string;
    readonly name: string;
    readonly status: AgentStatus;
    readonly relayId?: string | undefined;
  }[];
  /** Whether an agent that is not among them is gone from the server. */
  readonly whole: boolean;
  /** Agents that an upgrade of ours has now. */
  readonly ours: ReadonlySet<string>;
  readonly relaysDown: ReadonlySet<string>;
  /** The server gave no answer since the reading before, or nobody looked. */
  readonly gap: boolean;
}

/**
 * What a reading says about upgrades started elsewhere: an agent that wanted an upgrade and is offline now is being upgraded,
 * unless it may be offline for another reason. It counts until it is connected again, gone, or away for `longest` ms.
 * @param before what the agents were read as the last time.
 */
export function decideElsewhere(
  state: Elsewhere,
  before: ReadonlyMap<string, AgentStatus>,
  reading: FleetReading,
  longest: number,
): readonly ServerFact[] {
  const facts: ServerFact[] = [];
  const over = overNow(state, reading, longest);
  if (over.length > 0) facts.push({ type: "elsewhere.over", data: { agents: over } });
  const dropped = reading.agents.filter(
    ({ id, status }) => status === "offline" && isConnected(before.get(id) ?? "unknown") && !reading.ours.has(id),
  );
  const fresh = dropped.filter(({ id }) => needsUpgrade(before.get(id) ?? "unknown") && !isKnown(state, id));
  const started: AgentRef[] = [];
  const doubted = new Map<DoubtKind, AgentRef[]>();
  for (const { id, name, relayId } of fresh) {
    const kind = doubtOf(reading, dropped.length, relayId);
    if (kind === undefined) started.push({ id, name });
    else doubted.set(kind, [...(doubted.get(kind) ?? []), { id, name }]);
  }
  if (started.length > 0) facts.push({ type: "elsewhere.started", data: { agents: started } });
  for (const [kind, agents] of doubted) facts.push({ type: "elsewhere.doubted", data: { kind, agents } });
  return facts;
}

function doubtOf(reading: FleetReading, dropped: number, relay: string | undefined): DoubtKind | undefined {
  if (reading.gap) return "gap";
  if (relay !== undefined && reading.relaysDown.has(relay)) return "relay";
  return dropped > MOST_DROPPED ? "many" : undefined;
}

function isKnown({ upgrading, doubt, dismissed }: Elsewhere, id: string): boolean {
  return upgrading.has(id) || dismissed.has(id) || (doubt?.agents.has(id) ?? false);
}

/** Agents that are back, gone, or away for so long that it cannot be an upgrade any more. */
function overNow({ upgrading, doubt, dismissed }: Elsewhere, reading: FleetReading, longest: number): string[] {
  const seen = new Map(reading.agents.map(({ id, status }) => [id, status]));
  const isOver = ([id, { since }]: readonly [string, Outside]) => {
    const status = seen.get(id) ?? (reading.whole ? "gone" : "unknown");
    return isConnected(status) || status === "gone" || reading.at - since >= longest;
  };
  return [...upgrading, ...(doubt?.agents ?? []), ...dismissed].filter(isOver).map(([id]) => id);
}

export function evolveElsewhere(state: Elsewhere, event: StoredEvent): Elsewhere {
  switch (event.type) {
    case "elsewhere.started":
      return { ...state, upgrading: joined(state.upgrading, event.data.agents, event.at) };
    case "elsewhere.doubted": {
      const { kind, agents } = event.data;
      const earlier = state.doubt?.agents ?? new Map<string, Outside>();
      return {
        ...state,
        doubt: { kind, since: state.doubt?.since ?? event.at, agents: joined(earlier, agents, event.at) },
      };
    }
    case "elsewhere.over": {
      const over = new Set(event.data.agents);
      const next = {
        ...state,
        upgrading: without(state.upgrading, over),
        dismissed: without(state.dismissed, over),
      };
      if (!state.doubt) return next;
      const agents = without(state.doubt.agents, over);
      return agents.size > 0 ? { ...next, doubt: { ...state.doubt, agents } } : settled(next, "drydock");
    }
    case "elsewhere.dismissed": {
      const dismissed = new Map([...state.dismissed, ...(state.doubt?.agents ?? [])]);
      return settled({ ...state, dismissed }, event.data.by);
    }
    default:
      return state;
  }
}

function settled(state: Elsewhere, by: string): Elsewhere {
  return { ...state, doubt: undefined, settled: state.doubt ? { since: state.doubt.since, by } : state.settled };
}

function joined(agents: ReadonlyMap<string, Outside>, more: readonly AgentRef[], since: number) {
  return new Map([...agents, ...more.map(({ id, name }): [string, Outside] => [id, { name, since }])]);
}

function without(agents: ReadonlyMap<string, Outside>, gone: ReadonlySet<string>): ReadonlyMap<string, Outside> {
  return new Map([...agents].filter(([id]) => !gone.has(id)));
}

import { type AgentStatus, isConnected, needsUpgrade } from "../../core/agent.ts";
import type { AgentRef } from "../../core/agent-ref.ts";
import type { StoredEvent } from "../events.ts";
import type { AmbiguityKind, ServerEvent } from "./server-events.ts";

/** An agent that went offline after it was read as one that wants an upgrade, and that is none of ours. */
export interface Outside {
  readonly name: string;
  readonly since: number;
}

/** What is known of upgrades that somebody else started on a server, folded from `server.<name>`. */
export interface ExternalUpgrades {
  /** These count among the ten. */
  readonly upgrading: ReadonlyMap<string, Outside>;
  /** Of these nobody can say it: nothing begins before they are back, or a person says to go on. */
  readonly ambiguous:
    | { readonly kind: AmbiguityKind; readonly since: number; readonly agents: ReadonlyMap<string, Outside> }
    | undefined;
  /** These are no upgrades, though they are offline: a person said so, or they are away for too long. Until they are seen connected again. */
  readonly acknowledged: ReadonlyMap<string, Outside>;
  /** The last doubts that are over, the newest last: since when each was, and who ended it. */
  readonly settled: readonly { readonly since: number; readonly by: string }[];
}

export const NO_EXTERNAL_UPGRADES: ExternalUpgrades = {
  upgrading: new Map(),
  ambiguous: undefined,
  acknowledged: new Map(),
  settled: [],
};

/** Of what is over so many are kept: their threads are corrected when Slack takes the edit. */
export const MAX_TOLD = 10;

/** More than so many agents that drop between two reads are no upgrades: a network is down, or the server restarted. */
export const MAX_DROPPED = 10;

/** One reading of the fleet, whole or in part. Its time is on the same clock as those of the agents that it is compared with. */
export interface FleetReading {
  readonly at: number;
  readonly agents: readonly {
    readonly id: string;
    readonly name: string;
    readonly status: AgentStatus;
    readonly relayId?: string | undefined;
  }[];
  /** Agents that the whole list before lacked: the server removed those that this one lacks too. Left out = it is no whole list. */
  readonly missed?: ReadonlySet<string>;
  /** Agents that an upgrade of ours has now. */
  readonly ours: ReadonlySet<string>;
  readonly relaysDown: ReadonlySet<string>;
  /** The server gave no answer since the reading before, or nobody looked. */
  readonly gap: boolean;
  /** Agents of which it is known without this reading that they were connected again after they had gone offline. */
  readonly wereBack?: ReadonlySet<string>;
}

/**
 * What a reading says about upgrades started elsewhere: an agent that wanted an upgrade and is offline now is being upgraded,
 * unless it may be offline for another reason. It counts until it is connected again, gone, or away for `longest` ms; one that
 * is away for longer raises no doubt before it was seen connected.
 * @param before what the agents were read as the last time.
 */
export function decideElsewhere(
  state: ExternalUpgrades,
  before: ReadonlyMap<string, AgentStatus>,
  reading: FleetReading,
  longest: number,
): readonly ServerEvent[] {
  const events: ServerEvent[] = [];
  const { over, lapsed } = overNow(state, reading, longest);
  if (over.length + lapsed.length > 0)
    events.push({
      type: "elsewhere.over",
      data: { agents: [...over, ...lapsed], ...(lapsed.length > 0 ? { stillAway: lapsed } : {}) },
    });
  const dropped = reading.agents.filter(
    ({ id, status }) => status === "offline" && isConnected(before.get(id) ?? "unknown") && !reading.ours.has(id),
  );
  const fresh = dropped.filter(({ id }) => needsUpgrade(before.get(id) ?? "unknown") && !isKnown(state, reading, id));
  const started: AgentRef[] = [];
  const doubted = new Map<AmbiguityKind, AgentRef[]>();
  for (const { id, name, relayId } of fresh) {
    const kind = doubtOf(reading, dropped.length, relayId);
    if (kind === undefined) started.push({ id, name });
    else doubted.set(kind, [...(doubted.get(kind) ?? []), { id, name }]);
  }
  if (started.length > 0) events.push({ type: "elsewhere.started", data: { agents: started } });
  for (const [kind, agents] of doubted) events.push({ type: "elsewhere.doubted", data: { kind, agents } });
  return events;
}

function doubtOf(reading: FleetReading, dropped: number, relay: string | undefined): AmbiguityKind | undefined {
  if (reading.gap) return "gap";
  if (relay !== undefined && reading.relaysDown.has(relay)) return "relay";
  return dropped > MAX_DROPPED ? "many" : undefined;
}

function isKnown(
  { upgrading, ambiguous, acknowledged }: ExternalUpgrades,
  { wereBack }: FleetReading,
  id: string,
): boolean {
  return upgrading.has(id) || (acknowledged.has(id) && !wereBack?.has(id)) || (ambiguous?.agents.has(id) ?? false);
}

/** Agents that are back or gone, and those that are away for so long that it cannot be an upgrade any more. */
function overNow({ upgrading, ambiguous, acknowledged }: ExternalUpgrades, reading: FleetReading, longest: number) {
  const seen = new Map(reading.agents.map(({ id, status }) => [id, status]));
  // A list may be short once, and an empty one says nothing: no fleet is gone at once.
  const isGone = (id: string) => seen.size > 0 && reading.missed?.has(id) === true;
  const isOver = (id: string) => {
    const status = seen.get(id) ?? (isGone(id) ? "gone" : "unknown");
    return isConnected(status) || status === "gone";
  };
  const counted = [...upgrading, ...(ambiguous?.agents ?? [])];
  const lapsed = counted.filter(([id, { since }]) => !isOver(id) && reading.at - since >= longest);
  const settledNow = [...acknowledged].filter(([id]) => isOver(id) || reading.wereBack?.has(id));
  return {
    over: [...counted.filter(([id]) => isOver(id)), ...settledNow].map(([id]) => id),
    lapsed: lapsed.map(([id]) => id),
  };
}

export function evolveElsewhere(state: ExternalUpgrades, event: StoredEvent): ExternalUpgrades {
  switch (event.type) {
    case "elsewhere.started":
      return { ...state, upgrading: joined(state.upgrading, event.data.agents, event.at) };
    case "elsewhere.doubted": {
      const { kind, agents } = event.data;
      const earlier = state.ambiguous?.agents ?? new Map<string, Outside>();
      return {
        ...state,
        ambiguous: { kind, since: state.ambiguous?.since ?? event.at, agents: joined(earlier, agents, event.at) },
      };
    }
    case "elsewhere.over": {
      const over = new Set(event.data.agents);
      const stillAway = new Set(event.data.stillAway);
      const lapsed = [...state.upgrading, ...(state.ambiguous?.agents ?? [])].filter(([id]) => stillAway.has(id));
      const next = {
        ...state,
        upgrading: without(state.upgrading, over),
        acknowledged: new Map([...without(state.acknowledged, over), ...lapsed]),
      };
      if (!state.ambiguous) return next;
      const agents = without(state.ambiguous.agents, over);
      return agents.size > 0 ? { ...next, ambiguous: { ...state.ambiguous, agents } } : settled(next, "drydock");
    }
    case "elsewhere.dismissed": {
      const acknowledged = new Map([...state.acknowledged, ...(state.ambiguous?.agents ?? [])]);
      return settled({ ...state, acknowledged }, event.data.by);
    }
    default:
      return state;
  }
}

function settled(state: ExternalUpgrades, by: string): ExternalUpgrades {
  const { ambiguous, settled: before } = state;
  const over = ambiguous ? [...before, { since: ambiguous.since, by }].slice(-MAX_TOLD) : before;
  return { ...state, ambiguous: undefined, settled: over };
}

function joined(agents: ReadonlyMap<string, Outside>, more: readonly AgentRef[], since: number) {
  return new Map([...agents, ...more.map(({ id, name }): [string, Outside] => [id, { name, since }])]);
}

function without(agents: ReadonlyMap<string, Outside>, gone: ReadonlySet<string>): ReadonlyMap<string, Outside> {
  return new Map([...agents].filter(([id]) => !gone.has(id)));
}

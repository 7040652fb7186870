import type { AgentRef } from "../../core/agent-ref.ts";
import type { Cause } from "../../core/cause.ts";
import { compareReleases, parseVersion } from "../../core/version.ts";
import type { StoredEvent } from "../events.ts";
import type { RelayEvent, RelayOutcome } from "./relay-events.ts";

type Asked = Extract<RelayEvent, { readonly type: "relay.asked" }>["data"] & {
  readonly at: number;
  readonly reminded: boolean;
};

/** The relay whose turn it is, folded from its rollout's stream. Times are in ms since 1970. */
export interface RelayTurn {
  readonly relay: AgentRef;
  readonly since: number;
  /** Undefined while agents behind it are waited for. */
  readonly asked: Asked | undefined;
  readonly last: { readonly up: boolean; readonly version: string | null } | undefined;
  /** When it was first seen offline, or at another version: somebody has begun. */
  readonly begunAt: number | undefined;
  /** Since when it has been up at another version than before. */
  readonly newSince: number | undefined;
  /** Since when it has been up again at the version that it had. */
  readonly sameSince: number | undefined;
}

export interface RelayEnd {
  readonly relay: AgentRef;
  readonly outcome: RelayOutcome;
  readonly version: string | null;
  readonly detail: Cause | null;
  readonly missing: readonly AgentRef[];
  readonly by: string | undefined;
  readonly at: number;
  readonly asked: Asked | undefined;
  readonly begunAt: number | undefined;
}

/** How far a rollout of relays has come. */
export interface RelayWork {
  readonly turn: RelayTurn | undefined;
  readonly ended: readonly RelayEnd[];
  /** Each time that somebody was asked, the newest last: a turn that was given back is asked for again. */
  readonly asks: readonly AgentRef[];
}

export const NO_RELAY_WORK: RelayWork = { turn: undefined, ended: [], asks: [] };

const FAILURES: ReadonlySet<RelayOutcome> = new Set(["never-back", "unchanged", "older", "unseen"]);

/** Whether something is wrong with the relay, or may be: whatever comes next has to wait for a person. */
export function isRelayFailure(outcome: RelayOutcome): boolean {
  return FAILURES.has(outcome);
}

export function evolveRelayWork(work: RelayWork, event: StoredEvent): RelayWork {
  const { turn } = work;
  switch (event.type) {
    case "relay.turn":
      return { ...work, turn: { relay: event.data.relay, since: event.at, ...FRESH } };
    case "relay.put-back":
      return { ...work, turn: undefined };
    case "relay.asked":
      return turn
        ? {
            ...work,
            asks: [...work.asks, event.data.relay],
            turn: { ...turn, asked: { ...event.data, at: event.at, reminded: false } },
          }
        : work;
    case "relay.reminded":
      return turn?.asked ? { ...work, turn: { ...turn, asked: { ...turn.asked, reminded: true } } } : work;
    case "relay.observed":
      return turn ? { ...work, turn: observed(turn, event.data, event.at) } : work;
    case "relay.ended": {
      const { by, ...data } = event.data;
      const end = { ...data, by, at: event.at, asked: turn?.asked, begunAt: turn?.begunAt };
      return { ...work, turn: undefined, ended: [...work.ended, end] };
    }
    default:
      return work;
  }
}

const FRESH = {
  asked: undefined,
  last: undefined,
  begunAt: undefined,
  newSince: undefined,
  sameSince: undefined,
} as const;

/** What a reading of the relay changes, after somebody was asked. */
export function observed(
  turn: RelayTurn,
  seen: { readonly up: boolean; readonly version: string | null },
  at: number,
): RelayTurn {
  const changed = seen.up && isOther(turn.asked?.from ?? null, seen.version);
  const begun = !seen.up || changed;
  return {
    ...turn,
    last: { up: seen.up, version: seen.version },
    begunAt: turn.begunAt ?? (begun ? at : undefined),
    newSince: changed ? (turn.newSince ?? at) : undefined,
    sameSince: seen.up && !changed && turn.begunAt !== undefined ? (turn.sameSince ?? at) : undefined,
  };
}

/** Whether the versions differ in a way that anything can be said of: a version that is not told proves nothing. */
export function isOther(before: string | null, now: string | null): boolean {
  return before !== null && now !== null && before !== now;
}

export function isOlder(now: string | null, before: string | null): boolean {
  const [a, b] = [parseVersion(now ?? ""), parseVersion(before ?? "")];
  return a !== undefined && b !== undefined && compareReleases(a, b) < 0;
}

import type { AgentRef } from "../../core/agent-ref.ts";
import { type Cause, cause } from "../../core/cause.ts";
import { newBehind, type PlannedRelay } from "../plan/plan.ts";
import type { Rollout } from "../rollout/rollout.ts";
import type { RelayEvent, RelayOutcome } from "./relay-events.ts";
import type { RelayDeadlines } from "./settings.ts";
import { isOlder, isOther, observed, type RelayTurn } from "./turn.ts";

/** The relay whose turn it is, and the agents behind it, as the server was just read. */
export interface RelayReading {
  readonly up: boolean;
  readonly version: string | null;
  readonly hostname: string | null;
  readonly behind: readonly (AgentRef & { readonly connected: boolean })[];
}

export interface TurnInput {
  readonly rollout: Pick<Rollout, "status" | "plan" | "relayWork">;
  /** Undefined where the server did not tell. */
  readonly reading: RelayReading | undefined;
  readonly serverVersion: string | null;
  /** Agents behind it whose upgrade is in flight, whoever started it. */
  readonly inFlight: number;
  /** Agents behind it on which a deployment runs, where these are left alone; undefined where it is not known. */
  readonly deploying: number | undefined;
  /** The rules are against beginning now: it is paused or not covered, the server is frozen, no window is open. */
  readonly blocked: boolean;
  /** Whatever else could stand against it does not: the server is well, and no other relay of it is in its turn. */
  readonly ready: boolean;
  /** The owner's, read for this turn: `unknown` while they are being read, or where they could not be. */
  readonly rights: "unasked" | "granted" | "unknown";
  /** On the clock of the turn's own times. */
  readonly now: number;
  readonly deadlines: RelayDeadlines;
  /** How long it has to be back at its old version before that counts, in ms. */
  readonly stable: number;
}

/** `ask`: everything is ready for somebody to begin, if the owner may still have it; the event is `askedEvent`. */
export type Step = { readonly kind: "write"; readonly events: readonly RelayEvent[] } | { readonly kind: "ask" };

const NOTHING: Step = { kind: "write", events: [] };

/**
 * What follows for a rollout of relays: one after the other gets its turn; when no agent behind it is in flight any more
 * somebody is asked to begin; then it is watched, until it and its agents are back or a deadline has passed.
 */
export function decideTurn(input: TurnInput): Step {
  const { rollout, blocked, ready } = input;
  const { turn } = rollout.relayWork;
  if (turn) return turn.asked ? write(watching(turn, turn.asked.at, input)) : clearing(turn, input);
  const [next] = leftRelays(rollout);
  if (!next || blocked || !ready) return NOTHING;
  return write([{ type: "relay.turn", data: { relay: { id: next.id, name: next.name } } }]);
}

/** Those of the plan whose turn is not over. */
export function leftRelays({ plan, relayWork }: Pick<Rollout, "plan" | "relayWork">): readonly PlannedRelay[] {
  const over = new Set(relayWork.ended.map(({ relay }) => relay.id));
  return (plan.relays ?? []).filter(({ id }) => !over.has(id));
}

/** What is written once the owner's rights were read. */
export function askedEvent({ rollout, reading, serverVersion }: TurnInput): RelayEvent | undefined {
  const { turn } = rollout.relayWork;
  if (!turn || !reading) return undefined;
  const agents = reading.behind.filter(({ connected }) => connected).map(({ id, name }) => ({ id, name }));
  const { version: from, hostname } = reading;
  return { type: "relay.asked", data: { relay: turn.relay, from, agents, hostname, serverVersion } };
}

/** Before anybody is asked: nothing has happened yet, so the turn can be given back. */
function clearing(turn: RelayTurn, input: TurnInput): Step {
  const { rollout, reading, inFlight, deploying, blocked, ready, now, deadlines } = input;
  if (blocked || !ready) return write([{ type: "relay.put-back", data: { relay: turn.relay } }]);
  const planned = (rollout.plan.relays ?? []).find(({ id }) => id === turn.relay.id);
  const late = now - turn.since >= deadlines.clear;
  if (!reading || !planned) return late ? end(turn, "blocked", cause("relay-unread")) : NOTHING;
  if (reading.up && isOther(planned.version, reading.version))
    return end(turn, "elsewhere", cause("relay-at-other-version"), reading.version);
  const more = newBehind(planned, reading.behind).length;
  if (more > 0) return end(turn, "blocked", cause("relay-more-agents", { agents: more }));
  if (!reading.up) return late ? end(turn, "blocked", cause("relay-stayed-offline")) : NOTHING;
  if (inFlight > 0) return late ? end(turn, "blocked", cause("relay-agents-in-flight")) : NOTHING;
  if (deploying !== 0) return late ? end(turn, "blocked", cause("relay-agents-deploying")) : NOTHING;
  return late && input.rights === "unknown" ? end(turn, "blocked", cause("owner-rights-unread")) : { kind: "ask" };
}

/** After somebody was asked: until they have begun it can be taken back; what was begun is watched to its end. */
function watching(before: RelayTurn, askedAt: number, input: TurnInput): readonly RelayEvent[] {
  const { reading, now, deadlines } = input;
  const { begin, back, agents } = deadlines;
  if (!reading) {
    const late = now - (before.begunAt ?? askedAt) >= begin + back + agents;
    return takenBack(before, input) ?? (late ? ended(before, "unseen", cause("relay-unread")) : []);
  }
  const seen = { up: reading.up, version: reading.version };
  const isNew = before.last?.up !== seen.up || before.last.version !== seen.version;
  const turn = isNew ? observed(before, seen, now) : before;
  const events: RelayEvent[] = isNew ? [{ type: "relay.observed", data: seen }] : [];
  if (turn.begunAt !== undefined) return [...events, ...judged(turn, turn.begunAt, reading, input)];
  const taken = takenBack(turn, input);
  if (taken) return [...events, ...taken];
  if (now - askedAt >= begin) return [...events, ...ended(turn, "not-begun", cause("relay-not-begun"))];
  if (!turn.asked?.reminded && now - askedAt >= begin / 2) events.push({ type: "relay.reminded", data: {} });
  return events;
}

/** What a stop, and what keeps upgrades from beginning, makes of a turn that no person has begun; undefined where nothing does. */
function takenBack(turn: RelayTurn, { rollout, blocked }: TurnInput): readonly RelayEvent[] | undefined {
  if (turn.begunAt !== undefined) return undefined;
  if (rollout.status === "stopping") return ended(turn, "skipped", cause("rollout-stopped"));
  return blocked ? [{ type: "relay.put-back", data: { relay: turn.relay } }] : undefined;
}

/** Somebody has begun: the proof is that it is up at another version; after that its agents have to come back. */
function judged(turn: RelayTurn, begunAt: number, reading: RelayReading, input: TurnInput): readonly RelayEvent[] {
  const { now, deadlines, stable } = input;
  const { back, agents } = deadlines;
  const { version } = reading;
  const over = now - begunAt >= back;
  if (turn.newSince !== undefined) {
    if (isOlder(version, turn.asked?.from ?? null))
      return ended(turn, "older", cause("relay-older", { version, before: turn.asked?.from ?? null }), version);
    const connected = new Set(reading.behind.filter((agent) => agent.connected).map(({ id }) => id));
    const missing = (turn.asked?.agents ?? []).filter(({ id }) => !connected.has(id));
    const late = now - turn.newSince >= agents || now - begunAt >= back + agents;
    return missing.length === 0 || late ? ended(turn, "upgraded", null, version, missing) : [];
  }
  if (turn.sameSince !== undefined)
    return over || now - turn.sameSince >= stable
      ? ended(turn, "unchanged", cause("relay-unchanged", { version }), version)
      : [];
  return over ? ended(turn, "never-back", cause("relay-not-back"), version) : [];
}

function ended(
  { relay }: RelayTurn,
  outcome: RelayOutcome,
  detail: Cause | null,
  version: string | null = null,
  missing: readonly AgentRef[] = [],
): readonly RelayEvent[] {
  return [{ type: "relay.ended", data: { relay, outcome, version, detail, missing } }];
}

function end(turn: RelayTurn, outcome: RelayOutcome, detail: Cause | null, version: string | null = null): Step {
  return write(ended(turn, outcome, detail, version));
}

function write(events: readonly RelayEvent[]): Step {
  return { kind: "write", events };
}

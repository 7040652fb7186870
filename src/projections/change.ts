import type { Clock, Random } from "../core/ports.ts";
import type { LedgerEvent, NewEvent, StoredEvent } from "../model/events.ts";
import type { LedgerWrite } from "../model/ledger-port.ts";

/** Events for one stream; `closes` ends it. */
export interface Change {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly actor: string;
  /** The call from which it follows, by its id. */
  readonly callId?: string | undefined;
  readonly closes?: boolean;
}

/** What a stream is about: its name begins with it. */
export type StreamKind = "server" | "rollout" | "upgrade" | "person";

export type Listener = (events: readonly StoredEvent[]) => void;

/** Those that write something. */
export function writesOf(changes: readonly Change[]): readonly Change[] {
  return changes.filter(({ events }) => events.length > 0);
}

interface Ports {
  readonly clock: Clock;
  readonly random: Random;
}

/** The change's events as they are written: with their id, their time, who did it, and whether their stream is over. */
export function stamped(change: Change, ports: Ports): LedgerWrite {
  return { stream: change.stream, events: change.events.map((event, i) => stamp(event, change, i, ports)) };
}

function stamp(event: NewEvent, change: Change, i: number, { clock, random }: Ports): LedgerEvent {
  const last = i === change.events.length - 1;
  const closes =
    last && (change.closes === true || event.type === "upgrade.closed" || event.type === "upgrade.skipped");
  return {
    ...event,
    id: random.id(),
    v: 1,
    at: clock.now(),
    actor: change.actor,
    ...(change.callId === undefined ? {} : { callId: change.callId }),
    ...(closes ? { closes: true } : {}),
  };
}

/** The change on one upgrade's stream. */
export function onUpgrade(id: string, events: readonly NewEvent[]): Change {
  return { stream: `upgrade.${id}`, events, actor: "drydock" };
}

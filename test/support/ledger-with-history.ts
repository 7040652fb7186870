import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import type { NewEvent, StoredEvent } from "../../src/model/events.ts";
import type { Ledger } from "../../src/model/ledger-port.ts";

const HOUR = 60 * 60_000;
const VERSION = "6.2.7.1.1";

export interface History {
  /** How many rollouts have ended. */
  readonly ended: number;
  /** Of each of them. */
  readonly agents: number;
  /** When the last one ended, in ms since 1970. There was one every two hours. */
  readonly until: number;
  /** So many of the newest were on a server that is configured no more. */
  readonly onGone?: number;
}

type HistoryEvent = readonly [stream: string, event: NewEvent];

/** An agent of an ended rollout. */
interface PastAgent {
  readonly id: string;
  readonly name: string;
  /** Before its upgrade. */
  readonly version: string;
  readonly relay?: string;
  /** How many ms its upgrade took. */
  readonly took?: number;
}

/** The events of one ended rollout of which everything is told: `prod-N`. @param past its agents, or how many it had. */
export function endedRollout(n: number, past: number | readonly PastAgent[], server = "prod"): readonly HistoryEvent[] {
  const id = `prod-${n}`;
  const size = typeof past === "number" ? past : 0;
  const made = Array.from(
    { length: size },
    (_, i): PastAgent => ({ id: `old-${i}`, name: `old-${i}`, version: VERSION }),
  );
  const all = typeof past === "number" ? made : past;
  const agents = all.map(({ id, name, version, relay }) => ({ id, name, version, ...(relay ? { relay } : {}) }));
  const planned = agents.map((agent) => ({ ...agent, status: "upgrade-required" as const }));
  const options = { slots: 10, reason: null };
  const plan = { server, serverVersion: "8", options, agents: planned, excluded: [], hash: "h" };
  const owner = { owner: "U0BOB", serverUser: { id: "bob", name: "bob" }, channel: "C0" };
  const ids = agents.map((agent) => agent.id);
  const posted = (key: string): HistoryEvent => [
    `rollout.${id}`,
    { type: "message.posted", data: { key, channel: "C0", ts: `${n}.${key}` } },
  ];
  return [
    ["server.prod", { type: "agents.claimed", data: { rollout: id, agents: ids } }],
    [`rollout.${id}`, { type: "rollout.started", data: { rollout: id, plan, ...owner } }],
    posted("card"),
    ...all.flatMap(({ took, version, ...agent }): readonly HistoryEvent[] => {
      const stream = `upgrade.${id}.${agent.id}.1`;
      const begun = { rollout: id, server, agent, attempt: 1, from: version };
      return [
        [stream, { type: "upgrade.intended", data: begun }],
        [
          stream,
          {
            type: "upgrade.outcome",
            data: { outcome: "verified", detail: null, holdsSlot: false, ...(took === undefined ? {} : { took }) },
          },
        ],
        [stream, { type: "upgrade.closed", data: {} }],
      ];
    }),
    [`rollout.${id}`, { type: "rollout.ended", data: {} }],
    posted("end"),
    posted("file"),
    ["server.prod", { type: "agents.released", data: { rollout: id, agents: ids } }],
  ];
}

/** A ledger that begins with ended rollouts. They are made anew when they are read, so that they take no memory. */
export function ledgerWithHistory({ ended, agents, until, onGone = 0 }: History): Ledger {
  const size = endedRollout(1, agents).length;
  const past = ended * size;
  const after = openMemoryLedger();
  const moved = (event: StoredEvent): StoredEvent => ({ ...event, position: event.position + past });

  function* history(from: number, to: number): Generator<StoredEvent> {
    let made: { readonly n: number; readonly events: readonly HistoryEvent[] } | undefined;
    for (let position = from; position <= to; position += 1) {
      const n = Math.ceil(position / size);
      if (made?.n !== n) made = { n, events: endedRollout(n, agents, n > ended - onGone ? "gone" : "prod") };
      const [stream, event] = made.events[(position - 1) % size] ?? [];
      if (!stream || !event) continue;
      const place = { stream, seq: position, position };
      const at = until - (ended - n) * 2 * HOUR;
      yield { ...event, ...place, id: `old-${position}`, v: 1, at, actor: "U0BOB" } as StoredEvent;
    }
  }

  async function matching(is: (stream: string) => boolean, n: number): Promise<readonly StoredEvent[]> {
    const old = n >= 1 && n <= ended ? [...history((n - 1) * size + 1, n * size)] : [];
    const newer = (await after.since(0, Number.MAX_SAFE_INTEGER)).map(moved);
    return [...old, ...newer].filter(({ stream }) => is(stream));
  }

  const rolloutIn = (name: string) => Number(/^[a-z]+\.prod-(\d+)/.exec(name)?.[1] ?? 0);
  return {
    ...after,
    turn: async (position, decide) =>
      (await after.turn(Math.max(0, position - past), (others) => decide(others.map(moved)))).map(moved),
    read: (name) => matching((stream) => stream === name, rolloutIn(name)),
    readBelow: (prefix) => matching((stream) => stream.startsWith(prefix), rolloutIn(prefix)),
    async since(position, limit) {
      const old = [...history(position + 1, Math.min(past, position + limit))];
      const rest = limit - old.length;
      const newer = rest > 0 ? await after.since(Math.max(0, position - past), rest) : [];
      return [...old, ...newer.map(moved)];
    },
  };
}

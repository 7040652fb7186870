import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { giveBack, LOCK_HEAD, renew, TAKE } from "../../src/adapters/postgres/duty-tables.ts";
import type { BeatConnection } from "../../src/adapters/postgres/postgres-duties.ts";
import { connectTo, dutyPlace } from "../support/duty-place.ts";
import { describe, usePostgres } from "../support/postgres.ts";
import { runs } from "../support/runs.ts";

const postgres = usePostgres();
/** Lock, decide, commit. */
const LOCK_STEPS = 3;
/** A test machine may be slow: what is blocked waits. */
const PATIENT_LOCK = LOCK_HEAD.replace("'1s'", "'60s'");
const NAMES = ["slack", "server:prod"];
const OPERATIONS = ["turn", "take", "renew", "give-back", "run-out"] as const;
type Operation = (typeof OPERATIONS)[number];

/** What was committed, in its order: takes and turns hold the same lock. */
interface Committed {
  readonly kind: "take" | "turn";
  readonly duty: string;
  readonly epoch: number;
  readonly by: string;
}

interface Actor {
  readonly name: string;
  readonly db: BeatConnection;
  /** What it believes to have, whatever the table says: a frozen process still does. */
  readonly epochs: Map<string, number>;
  /** The statements that are left of what it has begun. */
  steps: (() => Promise<void>)[];
  /** A statement that waits for another one's transaction. */
  pending: Promise<void> | undefined;
}

const connections: BeatConnection[] = [];
afterAll(() => {
  for (const db of connections) db.close();
});

async function connect(url: string): Promise<BeatConnection> {
  const db = await connectTo(url, { onNotice: () => {}, onEnd: () => {} }, 60_000);
  connections.push(db);
  return db;
}

/** One schedule of single statements of three replicas on the real tables. Returns what was committed. */
async function play(
  actors: readonly Actor[],
  clock: BeatConnection,
  script: readonly (readonly [actor: number, operation: Operation, duty: number])[],
): Promise<readonly Committed[]> {
  const committed: Committed[] = [];
  /** Who has the head's lock, and who waits for it, in the database's order. */
  const line: Actor[] = [];
  const leave = (actor: Actor) => void line.splice(line.indexOf(actor), 1);

  function underLock(actor: Actor, decide: () => Promise<readonly Committed[]>): (() => Promise<void>)[] {
    let done: readonly Committed[] = [];
    return [
      async () => {
        line.push(actor);
        await actor.db.rows(PATIENT_LOCK);
      },
      async () => {
        done = await decide();
      },
      async () => {
        await actor.db.rows("COMMIT");
        committed.push(...done);
        leave(actor);
      },
    ];
  }

  function begin(actor: Actor, operation: Operation, duty: string): (() => Promise<void>)[] {
    const { db, name, epochs } = actor;
    const epoch = epochs.get(duty);
    const held = [...epochs].map(([name, epoch]) => ({ name, epoch }));
    if (operation === "renew") return [async () => void (await renew(db, name, held))];
    if (operation === "give-back")
      return [
        () =>
          giveBack(
            db,
            name,
            [...epochs.keys()].filter((one) => one !== duty),
          ),
      ];
    if (operation === "run-out")
      return [async () => void (await clock.rows("UPDATE duty SET until = clock_timestamp() WHERE name = $1", [duty]))];
    if (operation === "take")
      return underLock(actor, async () => {
        const taken = await db.rows<{ name: string; epoch: number }>(TAKE, [name, 1, NAMES, 1]);
        for (const { name, epoch } of taken) epochs.set(name, epoch);
        return taken.map((one) => ({ kind: "take", duty: one.name, epoch: one.epoch, by: name }));
      });
    if (epoch === undefined) return [];
    return underLock(actor, async () => {
      const [found] = await db.rows<{ epoch: number }>("SELECT epoch FROM duty WHERE name = $1", [duty]);
      return found?.epoch === epoch ? [{ kind: "turn", duty, epoch, by: name }] : [];
    });
  }

  /** A statement that nothing can block is waited for; another one when what blocks it has ended. */
  async function step(actor: Actor): Promise<void> {
    // Of two that wait only the database knows which is first.
    const wantsLock = actor.steps.length === LOCK_STEPS;
    if (wantsLock && line.length > 1) return;
    const work = actor.steps.shift();
    if (!work) return;
    const mayWait = line.length > 0 && line[0] !== actor;
    const done = work();
    if (mayWait) actor.pending = done.finally(() => (actor.pending = undefined));
    else await done;
    if (line.length === 0 || line[0]?.pending !== undefined) await Promise.all(waiting().map(({ pending }) => pending));
  }

  /** Those whose statements can be answered now: the first in line, and whoever is in none. */
  const waiting = () => actors.filter((actor) => actor.pending && (!line.includes(actor) || line[0] === actor));

  for (const [index, operation, duty] of script) {
    const actor = actors[index % actors.length];
    if (!actor || actor.pending) continue;
    if (actor.steps.length === 0) actor.steps = begin(actor, operation, NAMES[duty] ?? "");
    await step(actor);
  }
  while (line.length > 0 || actors.some(({ steps, pending }) => steps.length > 0 || pending))
    for (const actor of actors) if (!actor.pending) await step(actor);
  return committed;
}

describe("on PostgreSQL", () => {
  test("however statements of three replicas come between each other, no turn commits after another replica's take", async () => {
    const url = await dutyPlace(postgres);
    const clock = await connect(url);
    const replicas = await Promise.all(["a", "b", "c"].map(async (name) => ({ name, db: await connect(url) })));
    let takes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), fc.constantFrom(...OPERATIONS, "turn" as const, "run-out" as const), fc.nat(1)), {
          minLength: 20,
          maxLength: 60,
        }),
        async (script) => {
          await clock.rows("DELETE FROM duty");
          await clock.rows("INSERT INTO duty (name) SELECT unnest($1::text[])", [NAMES]);
          const actors = replicas.map((one): Actor => ({ ...one, epochs: new Map(), steps: [], pending: undefined }));
          const current = new Map<string, Committed>();
          for (const one of await play(actors, clock, script)) {
            const before = current.get(one.duty);
            if (one.kind === "turn") expect([one.epoch, one.by]).toEqual([before?.epoch, before?.by]);
            else expect(one.epoch).toBe((before?.epoch ?? 0) + 1);
            if (one.kind === "take") takes += 1;
            current.set(one.duty, one);
          }
        },
      ),
      { numRuns: runs(40, 6_000) },
    );
    expect(takes).toBeGreaterThan(runs(40, 10_000));
  });
});

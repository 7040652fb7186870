import { pauseAfter } from "../../core/backoff.ts";
import { type Clock, OperatorError } from "../../core/ports.ts";
import type { Direct, Postgres } from "./open-postgres.ts";

/** A connection that was cut without a word is noticed after this time, in ms. */
const BEAT = 5_000;
const FIRST_PAUSE = 200;
const MAX_PAUSE = 2_000;

const LOCKS = { shared: "pg_try_advisory_lock_shared", alone: "pg_try_advisory_lock" } as const;
const IN_THE_WAY = {
  shared: "A command of Drydock works on the ledger in DATABASE_URL. Start Drydock when it has ended.",
  alone: "Drydock works on the ledger in DATABASE_URL. Stop all its replicas first.",
} as const;

/** The right of a process to a ledger in PostgreSQL. */
export interface Hold {
  /** Fulfilled if another process has taken the ledger for itself while this one had no connection. */
  readonly taken: Promise<void>;
  /** Throws OperatorError if the right was lost since, even for a moment. To be asked right before what is done `alone` is committed. */
  check(): Promise<void>;
  release(): void;
}

/**
 * The ledger with other replicas (`shared`), or for this process `alone`: what moves rows out of it runs beside no bot. The right ends
 * with its connection. A shared one is taken again when there is one. Throws OperatorError if another process is in the way.
 */
export async function holdLedger(
  db: Pick<Postgres, "direct">,
  { clock, how }: { readonly clock: Clock; readonly how: keyof typeof LOCKS },
): Promise<Hold> {
  let direct: Direct | undefined;
  let isReleased = false;
  let isLost = false;
  let cancel = () => {};
  let tell = () => {};
  const taken = new Promise<void>((resolve) => {
    tell = resolve;
  });

  /** Whether this process has it. Throws if there is no connection. */
  async function take(): Promise<boolean> {
    let made: Direct | undefined;
    made = await db.direct({ onNotice: () => {}, onEnd: () => made && lose(made) });
    direct = made;
    if (isReleased) drop();
    const [row] = await made
      .rows<{ mine: boolean }>(`SELECT ${LOCKS[how]}(hashtext('drydock'), hashtext(current_schema())) AS mine`)
      .catch((error: unknown) => {
        // The database may have given the lock to it.
        drop();
        throw error;
      });
    if (row?.mine && how === "shared") beat(made);
    return row?.mine === true;
  }

  function drop(): void {
    const dropped = direct;
    direct = undefined;
    dropped?.close();
  }

  function beat(on: Direct): void {
    if (on !== direct) return;
    cancel = clock.after(BEAT, () => {
      on.rows("SELECT 1").then(
        () => beat(on),
        () => lose(on),
      );
    });
  }

  /** One that was dropped has been lost before. */
  function lose(on: Direct): void {
    if (on !== direct) return;
    drop();
    isLost = true;
    if (how === "shared" && !isReleased) wait(1);
  }

  async function check(): Promise<void> {
    // A connection of which only the server knows that it has ended does not answer.
    const asked = direct;
    await asked?.rows("SELECT 1").catch(() => lose(asked));
    if (isLost)
      throw new OperatorError(
        "This command lost its connection to PostgreSQL, and with it the ledger: another Drydock may have started. The ledger is as it was. Stop all replicas, and run the command again.",
      );
  }

  function wait(failures: number): void {
    cancel();
    cancel = clock.after(pauseAfter(failures, FIRST_PAUSE, MAX_PAUSE), () => {
      take().then(
        (mine) => mine || tell(),
        () => isReleased || wait(failures + 1),
      );
    });
  }

  function release(): void {
    isReleased = true;
    cancel();
    drop();
  }

  if (!(await take())) {
    release();
    throw new OperatorError(IN_THE_WAY[how]);
  }
  return { taken, check, release };
}

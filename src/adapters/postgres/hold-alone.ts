import { pauseAfter } from "../../core/backoff.ts";
import { type Clock, OperatorError } from "../../core/ports.ts";
import type { Direct, Postgres } from "./open-postgres.ts";

const FIRST_PAUSE = 200;
const MAX_PAUSE = 2_000;

/** The right of one process to a ledger in PostgreSQL. */
export interface Hold {
  /** Fulfilled if another process has taken it while this one had no connection. */
  readonly taken: Promise<void>;
  release(): void;
}

/**
 * Keeps a second Drydock away from the ledger while this one has a connection to it. It ends with the connection, and is taken again
 * when there is one. Throws OperatorError if another process has it.
 */
export async function holdAlone(db: Pick<Postgres, "direct">, { clock }: { readonly clock: Clock }): Promise<Hold> {
  let direct: Direct | undefined;
  let isReleased = false;
  let cancel = () => {};
  let tell = () => {};
  const taken = new Promise<void>((resolve) => {
    tell = resolve;
  });

  /** Whether this process has it. Throws if there is no connection. */
  async function take(): Promise<boolean> {
    direct = await db.direct({ onNotice: () => {}, onEnd: () => isReleased || wait(1) });
    const [row] = await direct.rows<{ mine: boolean }>(
      "SELECT pg_try_advisory_lock(hashtext('drydock'), hashtext(current_schema())) AS mine",
    );
    return row?.mine === true;
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
    direct?.close();
  }

  if (!(await take())) {
    release();
    throw new OperatorError(
      "Another Drydock works on the ledger in DATABASE_URL. One at a time may write to it: stop the other one first.",
    );
  }
  return { taken, release };
}

import { pauseAfter } from "../../core/backoff.ts";
import { type Clock, OperatorError } from "../../core/ports.ts";
import type { StoredEvent } from "../../model/events.ts";
import { type Ledger, LedgerLost, LedgerUnwritable } from "../../model/ledger-port.ts";
import { type RowAt, type StoredRow, sealOf } from "../chain/chain.ts";
import { firstRow } from "../chain/first-row.ts";
import type { LinkedRow } from "../chain/link-rows.ts";
import { endOfPrefix, type ReadRow, verifiedEvents } from "../chain/read-rows.ts";
import { asWritten, toEvent } from "../chain/row.ts";
import { asUnwritable, unwritable } from "./as-unwritable.ts";
import { createFollower } from "./follower.ts";
import type { Postgres, Session } from "./open-postgres.ts";
import { prepareSchema } from "./schema.ts";
import { LOCK_HEAD, takeTurn, tryToWrite } from "./take-turn.ts";
import { verifyLedger } from "./verify.ts";

const READ_AT_ONCE = 500;
/** For how long a commit without an answer is looked up, in ms: the database ends the transaction after 3 s at most. */
const LOOK_UP_FOR = 10_000;
const FIRST_PAUSE = 100;
const MAX_PAUSE = 2_000;

/** A ledger that several processes may share. */
export type SharedLedger = Ledger & Required<Pick<Ledger, "follow">>;

/**
 * The ledger in a PostgreSQL database, with the same rows, links and seals as on SQLite. Opening makes its tables, and walks the chain.
 * Throws OperatorError. The database stays open when the ledger is closed.
 */
export async function openPostgresLedger(
  db: Postgres,
  {
    key,
    clock,
    onEnd = () => {},
  }: {
    readonly key: Buffer;
    readonly clock: Clock;
    /** Called with the newest row that this process knows, once it is open and whenever there is a newer one. */
    readonly onEnd?: (row: RowAt) => void;
  },
): Promise<SharedLedger> {
  await prepareSchema(db);
  await db.session((session) => writeFirstRow(session, key));
  /** The newest row that this process has read or written: the ledger may grow beyond it, and never lack it. */
  let known = await db.session((session) => verifyLedger(session, key));
  onEnd(known);
  const channel = await channelOf(db);
  const follower = createFollower(db, { channel, clock, isKnown: (position) => position <= known.position });

  function noteEnd(row: RowAt | undefined): void {
    if (!row || row.position <= known.position) return;
    known = { position: row.position, link: row.link };
    onEnd(known);
  }

  /** Whether a turn was written whose commit got no answer. Its row is there, or its transaction has ended without it. Throws LedgerUnwritable where the database does not tell in time. */
  async function isWritten({ position, link }: RowAt): Promise<boolean> {
    const end = clock.monotonic() + LOOK_UP_FOR;
    for (let failures = 1; ; failures += 1) {
      try {
        return await db.session(async (session) => {
          await session.rows(LOCK_HEAD);
          const [row] = await session.rows<RowAt>("SELECT position, link FROM event WHERE position = $1", [position]);
          await session.rows("ROLLBACK");
          return row?.link === link;
        });
      } catch {
        if (clock.monotonic() > end) throw new LedgerUnwritable("unconfirmed");
        await new Promise<void>((resolve) => clock.after(pauseAfter(failures, FIRST_PAUSE, MAX_PAUSE), resolve));
      }
    }
  }

  const rowsOf = <Row = ReadRow>(text: string, values: readonly unknown[]) =>
    unwritable(() => db.rows<Row>(text, values));

  return {
    async turn(position, decide, fence) {
      let sent: readonly LinkedRow[] | undefined;
      const onCommit = (rows: readonly LinkedRow[]) => {
        sent = rows;
      };
      const turn = { key, channel, known, position, decide, fence, onCommit };
      const rows = await db
        .session((session) => takeTurn(session, turn))
        .catch(async (error: unknown) => {
          const last = sent?.at(-1);
          if (sent && last && (await isWritten(last))) return sent;
          throw asUnwritable(error);
        });
      noteEnd(rows.at(-1));
      return rows.map(asWritten);
    },
    check: () => unwritable(() => db.session((session) => tryToWrite(session, known))),
    async read(stream) {
      return verifiedEvents(key, await rowsOf(`${WITH_PREVIOUS} WHERE event.stream = $1 ORDER BY event.seq`, [stream]));
    },
    async readBelow(prefix) {
      const events: StoredEvent[] = [];
      for (let from = { stream: prefix, seq: 0 }; ; ) {
        const rows: readonly ReadRow[] = await rowsOf(BELOW, [
          from.stream,
          from.seq,
          endOfPrefix(prefix),
          READ_AT_ONCE,
        ]);
        events.push(...verifiedEvents(key, rows));
        const last = rows.at(-1);
        if (!last || rows.length < READ_AT_ONCE) return events;
        from = last;
      }
    },
    async since(position, limit) {
      const { position: end, link } = known;
      const found = await rowsOf<StoredRow & { readonly known: string | null }>(SINCE, [position, limit, end]);
      // After a fail-over to a standby that lacks rows, others may have written different ones in their place.
      if (found[0]?.known !== link) throw new LedgerLost();
      const rows = found.filter((row) => row.position !== null);
      noteEnd(rows.at(-1));
      return rows.map(toEvent);
    },
    follow: follower.follow,
    close: async () => follower.close(),
  };
}

const WITH_PREVIOUS =
  "SELECT event.*, before.link AS previous FROM event LEFT JOIN event AS before ON before.position = event.position - 1";
const BELOW = `${WITH_PREVIOUS} WHERE (event.stream, event.seq) > ($1, $2) AND event.stream < $3 ORDER BY event.stream, event.seq LIMIT $4`;
/** At least one row, with the link of the newest row that this process knows. */
const SINCE = `SELECT (SELECT link FROM event WHERE position = $3) AS known, newer.* FROM (SELECT 1) AS one LEFT JOIN
  (SELECT * FROM event WHERE position > $1 AND pruned IS NULL ORDER BY position LIMIT $2) AS newer ON true ORDER BY position`;

/** Writes the first row of a ledger that has none. */
async function writeFirstRow(session: Session, key: Buffer): Promise<void> {
  if ((await session.rows("SELECT 1 FROM head")).length > 0) return;
  await session.rows("BEGIN; LOCK TABLE head IN EXCLUSIVE MODE");
  // Another replica may have written it meanwhile.
  if ((await session.rows("SELECT 1 FROM event LIMIT 1")).length === 0) {
    const { position, stream, seq, id, json, link } = firstRow(key);
    const values = [position, stream, seq, id, json, link];
    await session.rows(
      "INSERT INTO event (position, stream, seq, id, json, link) VALUES ($1, $2, $3, $4, $5, $6)",
      values,
    );
    await session.rows("INSERT INTO head (one, position, link, seal) VALUES (1, $1, $2, $3)", [
      ...[position, link, sealOf(key, position, link)],
    ]);
  }
  await session.rows("COMMIT");
}

/** Of this ledger alone: a database may hold several, each in a schema of its own. */
async function channelOf(db: Session): Promise<string> {
  const [row] = await db.rows<{ channel: string }>(
    "SELECT 'drydock_' || oid AS channel FROM pg_namespace WHERE nspname = current_schema()",
  );
  if (!row)
    throw new OperatorError(
      "DATABASE_URL leads to a database in which Drydock has no schema. Give its user the schema public.",
    );
  return row.channel;
}

import type { Fence } from "../../core/duties.ts";
import { DutyLost, type Ledger, LedgerLost } from "../../model/ledger-port.ts";
import { type RowAt, type StoredRow, sealOf } from "../chain/chain.ts";
import { headAfter, type LinkedRow, linkRows } from "../chain/link-rows.ts";
import { toEvent } from "../chain/row.ts";
import type { Session } from "./open-postgres.ts";

export interface Turn {
  readonly key: Buffer;
  readonly channel: string;
  /** The newest row that this process knows of. */
  readonly known: RowAt;
  readonly position: number;
  readonly decide: Parameters<Ledger["turn"]>[1];
  readonly fence: Fence | undefined;
  /** Called with what is written, before the commit is sent: from then on only the ledger knows whether it is. */
  readonly onCommit: (rows: readonly LinkedRow[]) => void;
}

/**
 * Alone until the transaction ends. A process that is frozen or cut off in it loses the lock after 3 s, and its transaction with it.
 * Waiting for the lock ends before a statement's own limit does.
 */
export const LOCK_HEAD = `BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL idle_in_transaction_session_timeout = '3s';
  SET LOCAL lock_timeout = '8s';
  SELECT position, link FROM head FOR UPDATE`;

/** By a statement of its own, which sees what was committed while the lock was waited for. */
const LOOK = "SELECT (SELECT link FROM event WHERE position = $1) AS link";
const LOOK_WITH_FENCE = `${LOOK}, (SELECT epoch FROM duty WHERE name = $2) AS epoch`;

const LAST_OF_EACH = `SELECT last.* FROM unnest($1::text[]) AS name
  CROSS JOIN LATERAL (SELECT * FROM event WHERE stream = name ORDER BY seq DESC LIMIT 1) AS last`;

/** One statement: it is written whole, and others hear of it when it is committed. */
const WRITE = `WITH added AS (
    INSERT INTO event (position, stream, seq, id, json, link)
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[])
  ), moved AS (UPDATE head SET position = $7, link = $8, seal = $9)
  SELECT pg_notify($10, $11)`;

/** Throws what `decide` throws, LedgerLost, DutyLost, and what the database reports. */
export async function takeTurn(session: Session, turn: Turn): Promise<readonly LinkedRow[]> {
  const { key, position, decide } = turn;
  const head = await lockHead(session, turn);
  const fresh =
    head.position > position
      ? await session.rows<StoredRow>("SELECT * FROM event WHERE position > $1 AND pruned IS NULL ORDER BY position", [
          position,
        ])
      : [];
  const writes = decide(fresh.map(toEvent));
  const names = [...new Set(writes.map(({ stream }) => stream))];
  const lasts = names.length > 0 ? await session.rows<StoredRow>(LAST_OF_EACH, [names]) : [];
  const byStream = new Map(lasts.map((row) => [row.stream, row]));
  const rows = linkRows(key, head, writes, (stream) => headAfter(key, byStream.get(stream)));
  const last = rows.at(-1);
  if (last)
    await session.rows(WRITE, [
      ...columnsOf(rows),
      last.position,
      last.link,
      sealOf(key, last.position, last.link),
      turn.channel,
      String(last.position),
    ]);
  if (last) turn.onCommit(rows);
  await session.rows("COMMIT");
  return rows;
}

/** Takes the lock, and looks whether this process may write. */
async function lockHead(
  session: Session,
  { known, position, fence }: Pick<Turn, "known" | "position" | "fence">,
): Promise<RowAt> {
  const [head] = await session.rows<RowAt>(LOCK_HEAD);
  const [found] = fence
    ? await session.rows<Found>(LOOK_WITH_FENCE, [known.position, fence.duty])
    : await session.rows<Found>(LOOK, [known.position]);
  if (!head || position > head.position || found?.link !== known.link) throw new LedgerLost();
  if (fence && found?.epoch !== fence.epoch) {
    fence.refused();
    throw new DutyLost(fence.duty);
  }
  return head;
}

interface Found {
  readonly link: string | null;
  readonly epoch?: number | null;
}

/** Writes something that changes nothing: what fails for an event fails for this. */
export async function tryToWrite(session: Session, known: RowAt): Promise<void> {
  await lockHead(session, { known, position: 0, fence: undefined });
  await session.rows("UPDATE head SET seal = seal");
  await session.rows("COMMIT");
}

function columnsOf(rows: readonly LinkedRow[]): readonly (readonly unknown[])[] {
  return (["position", "stream", "seq", "id", "json", "link"] as const).map((column) => rows.map((row) => row[column]));
}

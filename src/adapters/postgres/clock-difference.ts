import type { Clock } from "../../core/ports.ts";
import type { Rows } from "./duty-tables.ts";

const NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now";

/** By how much this machine's clock is ahead of the database's, in ms: less than 0 = behind. The time that the question and its answer take is left out. */
export async function clockDifference(db: Rows, { clock }: { readonly clock: Clock }): Promise<number> {
  const asked = clock.now();
  const [row] = await db.rows<{ now: number }>(NOW);
  const answered = clock.now();
  const now = row?.now ?? answered;
  return Math.max(0, asked - now) + Math.min(0, answered - now);
}

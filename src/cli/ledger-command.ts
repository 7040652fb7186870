import type { StoredEvent } from "../domain/events.ts";
import { archivable } from "../domain/rollouts/retention.ts";
import { takeOption, UsageError } from "./usage.ts";

/** What can be done to a ledger's file; main.ts has the adapter. */
export interface LedgerTools {
  /** How many rows the copy has. */
  backup(to: string): Promise<number>;
  retain(
    archive: string,
    choose: (events: Iterable<StoredEvent>) => ReadonlySet<string>,
  ): { readonly streams: number; readonly rows: number };
}

/** `backup` and `retain`; returns what is printed. */
export async function runLedger(
  command: "backup" | "retain",
  words: readonly string[],
  tools: LedgerTools,
): Promise<string> {
  if (command === "backup") {
    const [to, ...more] = words;
    if (to === undefined || to.startsWith("-") || more.length > 0)
      throw new UsageError("backup wants one file's name. Example: drydock backup ./drydock-2026-11-24.db");
    const rows = await tools.backup(to);
    return `${to}: ${rows.toLocaleString("en")} rows, file and chain checked. Keep it apart from the ledger's key.`;
  }
  const before = takeOption(words, "before");
  const archive = takeOption(before.rest, "archive");
  if (archive.rest.length > 0 || before.value === undefined || archive.value === undefined)
    throw new UsageError(`retain wants a day and a file. Example: ${EXAMPLE}`);
  const day = dayOf(before.value);
  const { streams, rows } = tools.retain(archive.value, (events) => archivable(events, day));
  if (rows === 0) return `No rollout was over before ${before.value}: nothing was archived.`;
  return `${archive.value}: ${rows.toLocaleString("en")} rows of ${streams.toLocaleString("en")} streams, archived out of the ledger. The chain still proves them.`;
}

const EXAMPLE = "drydock retain --before 2026-01-01 --archive ./rollouts-2025.jsonl";

/** Midnight UTC of a day that there is, in ms since 1970. */
function dayOf(written: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(written) ? Date.parse(`${written}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(written))
    throw new UsageError(`--before wants a day, not "${written.slice(0, 40)}". Example: ${EXAMPLE}`);
  return ms;
}

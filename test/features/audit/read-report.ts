import { auditLedger } from "../../../src/features/audit/audit-ledger.ts";
import { collectReport } from "../../../src/features/audit/report/collect-report.ts";
import { reportPage } from "../../../src/features/audit/report/report-page.ts";
import type { StoredEvent } from "../../../src/model/events.ts";
import type { LedgerWrite } from "../../../src/model/ledger-port.ts";

/** The report's page of one rollout of a ledger with these events. */
export function pageOf(events: readonly StoredEvent[], rollout: string): string {
  const verified = { rows: events.length, events: () => events };
  const [audit] = auditLedger(verified, (id) => id === rollout).rollouts;
  const collected = collectReport(verified, rollout);
  if (!audit || !collected) throw new Error(`The ledger has no ${rollout}.`);
  return reportPage({ audit, collected, rows: events.length, madeAt: Date.UTC(2026, 10, 25, 8), version: "1.2.3" });
}

/** What a reader sees, one element a line. */
export function readText(page: string): readonly string[] {
  const body = page.slice(page.indexOf("<body>"));
  const text = body
    .replace(/<\/(?:p|h\d|dd|tr|li|summary|th)>/g, "\n")
    .replace(/<br>/g, " | ")
    .replace(/<[^>]+>/g, " ");
  const plain = text.replace(/&#(\d+);/g, (_whole, code: string) => String.fromCharCode(Number(code)));
  return plain.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
}

/** What the timeline says, without times and rows. */
export function timelineOf(page: string): readonly string[] {
  const lines = readText(page);
  const items = lines.slice(lines.indexOf("Timeline") + 1, lines.indexOf("Agents"));
  return items
    .filter((line) => line !== "")
    .map((line) => line.replace(/^[\d: -]+(?:to [\d: -]+)?UTC \| rows? [\d to]+ /, ""));
}

/** These writes as a ledger stores them. */
export function stored(writes: readonly LedgerWrite[]): readonly StoredEvent[] {
  const counts = new Map<string, number>();
  let position = 0;
  return writes.flatMap(({ stream, events }) =>
    events.map((event) => {
      position += 1;
      const seq = (counts.get(stream) ?? 0) + 1;
      counts.set(stream, seq);
      return { ...event, stream, seq, position };
    }),
  );
}

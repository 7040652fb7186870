import { ledgerSettings } from "../config/load.ts";
import { archivable } from "../domain/rollouts/retention.ts";
import { defineCommand } from "./command.ts";
import { CONFIG, configFile } from "./config-option.ts";
import { quoted, UsageError } from "./usage-error.ts";

export const backup = defineCommand({
  name: "backup",
  summary: "Copies the ledger and checks the copy",
  notes: [
    "It may run beside the bot. It needs the ledger's key, and no other secret.",
    "Keep the copy apart from the key.",
  ],
  word: { hint: "FILE", summary: "the copy, a file that does not exist yet", required: true, many: false },
  options: CONFIG,
  example: "drydock backup ./drydock-2026-11-24.db",
  exits: { done: "the copy is complete and its chain is right", failed: "there is no copy" },
  async run({ words, values }, { env, ledger }) {
    const [to = ""] = words;
    const rows = await ledger.backup(ledgerSettings({ file: configFile(values, env), env }), to);
    return `${to}: ${rows.toLocaleString("en")} rows, file and chain checked. Keep it apart from the ledger's key.`;
  },
});

const RETAIN_EXAMPLE = "drydock retain --before 2026-01-01 --archive ./rollouts-2025.jsonl";

export const retain = defineCommand({
  name: "retain",
  summary: "Archives rollouts that ended before a day",
  notes: ["Stop the bot first. The ledger keeps a sealed link for each archived row, so the chain still proves them."],
  options: {
    before: { type: "string", hint: "DAY", required: true, summary: "the first day (UTC) whose rollouts stay" },
    archive: { type: "string", hint: "FILE", required: true, summary: "the archive, a file that does not exist yet" },
    ...CONFIG,
  },
  example: RETAIN_EXAMPLE,
  exits: { done: "the rollouts are archived, or there were none", failed: "the ledger is as it was" },
  async run({ values: { before, archive, config } }, { env, ledger }) {
    const day = dayOf(before);
    const settings = ledgerSettings({ file: configFile({ config }, env), env });
    const { streams, rows } = ledger.retain(settings, archive, (events) => archivable(events, day));
    if (rows === 0) return `No rollout ended before ${before}: Drydock archived nothing.`;
    return `${archive}: ${rows.toLocaleString("en")} rows of ${streams.toLocaleString("en")} streams, archived out of the ledger. The chain still proves them.`;
  },
});

/** Midnight UTC of a day that exists, in ms since 1970. */
function dayOf(written: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(written) ? Date.parse(`${written}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(written))
    throw new UsageError(`--before takes a day as YYYY-MM-DD, not ${quoted(written)}. Example: ${RETAIN_EXAMPLE}`);
  return ms;
}

import { closeSync, existsSync, openSync, rmSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import { count } from "../core/format.ts";
import { OperatorError } from "../core/ports.ts";
import { type Archiving, auditLedger } from "../features/audit/audit-ledger.ts";
import { archivedSince, auditJson, auditText, hasFindings } from "../features/audit/audit-words.ts";
import { EXPORT_FORMATS, type ExportFormat, exportRows, isOf } from "../features/audit/export-rows.ts";
import { collectReport } from "../features/audit/report/collect-report.ts";
import { reportPage } from "../features/audit/report/report-page.ts";
import { isArchived, type VerifiedLedger } from "../model/verified-ledger.ts";
import { AUDIT_NOTES, AUDITED, auditedLedger } from "./audited-ledger.ts";
import { defineCommand } from "./command.ts";
import { quoted, UsageError } from "./usage-error.ts";

const ROLLOUT = { hint: "ROLLOUT", summary: "one rollout, by its id (default: all)", required: false, many: false };

export const auditVerify = defineCommand({
  name: "audit verify",
  summary: "Checks the chain, and that rollouts kept the rules",
  notes: AUDIT_NOTES,
  word: ROLLOUT,
  options: AUDITED,
  example: "drydock audit verify --ledger ./drydock-2026-11-24.db",
  exits: {
    done: "everything is proven, waived or not recorded",
    failed: "there is a finding, or the chain is broken; standard error names the row",
  },
  async run({ words: [typed], values }, { env, ledger }) {
    const rollout = typed?.toLowerCase();
    const audit = await ledger.readVerified(auditedLedger(values, env), (verified) => {
      const found = auditLedger(verified, (id) => rollout === undefined || id === rollout);
      if (rollout !== undefined && found.rollouts.length === 0) throw noSuchRollout(verified, rollout);
      return found;
    });
    return { text: auditText(audit, rollout), json: auditJson(audit), failed: hasFindings(audit) };
  },
});

export const auditReport = defineCommand({
  name: "audit report",
  summary: "Prints one rollout as a page: who, what, when and why",
  notes: ["The page needs nothing else and runs no script.", ...AUDIT_NOTES],
  word: { hint: "ROLLOUT", summary: "the rollout, by its id", required: true, many: false },
  options: AUDITED,
  example: "drydock audit report prod-142 > prod-142.html",
  exits: {
    done: "the page was printed, whatever the audit found",
    failed: "there is no page; standard error says why",
  },
  async run({ words: [typed = ""], values }, { env, ledger, clock, version }) {
    const rollout = typed.toLowerCase();
    return ledger.readVerified(auditedLedger(values, env), (verified) => {
      const collected = collectReport(verified, rollout);
      const [audit] = auditLedger(verified, (id) => id === rollout).rollouts;
      if (!collected || !audit) throw noSuchRollout(verified, rollout);
      const page = reportPage({ audit, collected, rows: verified.rows, madeAt: clock.now(), version });
      return { text: page, json: { page } };
    });
  },
});

const EXPORT_EXAMPLE = "drydock audit export ./ledger.csv --rollout prod-142";

export const auditExport = defineCommand({
  name: "audit export",
  summary: "Writes the ledger's events as JSON Lines or CSV",
  notes: AUDIT_NOTES,
  word: {
    hint: "FILE",
    summary: "a file that does not exist yet; its name ends in .jsonl or .csv",
    required: true,
    many: false,
  },
  options: {
    rollout: { type: "string", hint: "ID", summary: "only events of this rollout and its upgrades" },
    ...AUDITED,
  },
  example: EXPORT_EXAMPLE,
  exits: { done: "the file is complete", failed: "there is no file; standard error says why" },
  async run({ words: [to = ""], values }, { env, ledger }) {
    const format = EXPORT_FORMATS.find((known) => extname(to) === `.${known}`);
    if (!format)
      throw new UsageError(
        `The file's name sets the format: expected a name that ends in .jsonl or .csv, not ${quoted(to)}. Example: ${EXPORT_EXAMPLE}`,
      );
    if (existsSync(to)) throw new OperatorError(`${to} is there already, and an export overwrites nothing.`);
    const rollout = values.rollout?.toLowerCase();
    const { rows, archived } = await ledger.readVerified(auditedLedger(values, env), (verified) =>
      writeAll(to, verified, format, rollout),
    );
    const left =
      archived === 0
        ? ""
        : ` ${count(archived, "archived row")} ${archived === 1 ? "is" : "are"} left out: ${archived === 1 ? "its content is in its" : "their content is in their"} archive.`;
    return {
      text: `${to}: ${count(rows, "event")} of a ledger whose chain is whole.${left}`,
      json: { file: to, events: rows, archived },
    };
  },
});

/** Whole or not at all, for its owner alone: names of agents and people are in it. Throws OperatorError if there is no such rollout. */
function writeAll(file: string, verified: VerifiedLedger, format: ExportFormat, rollout: string | undefined) {
  const written = { rows: 0, archived: 0 };
  const to = openSync(file, "wx", 0o600);
  try {
    for (const { text, rows, archived } of exportRows(verified.events(), format, rollout)) {
      writeFileSync(to, text);
      written.rows += rows;
      written.archived += archived;
    }
    if (rollout !== undefined && written.rows === 0) throw noSuchRollout(verified, rollout);
    closeSync(to);
    return written;
  } catch (error) {
    closeSync(to);
    rmSync(file, { force: true });
    throw error;
  }
}

function noSuchRollout(verified: VerifiedLedger, id: string): OperatorError {
  const archivings: Archiving[] = [];
  let isThere = false;
  for (const row of verified.events()) {
    if (isArchived(row)) isThere ||= isOf(row, id);
    else if (row.type === "ledger.archived") archivings.push(row);
  }
  // An older Drydock did not record what it archived.
  const older = `${id} is archived: the ledger proves that its rows were there, and their content is in the archive that drydock retain wrote.`;
  const archived = archivedSince(archivings, id) ?? (isThere ? older : undefined);
  if (archived !== undefined) return new OperatorError(`${archived} To read it there, add --archive FILE.`);
  return new OperatorError(
    `The ledger has no rollout ${quoted(id)}. drydock audit verify --json lists those that it has.`,
  );
}

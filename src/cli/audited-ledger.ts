import { resolve } from "node:path";
import { type Environment, ledgerSecret } from "../config/environment.ts";
import { ledgerSettings } from "../config/load.ts";
import { ConfigError, type Problem } from "../config/problem.ts";
import type { AuditedLedger } from "./cli-ports.ts";
import { CONFIG, configFile } from "./config-option.ts";

/** The options of every command that audits a ledger. */
export const AUDITED = {
  ledger: {
    type: "string",
    hint: "FILE",
    summary: "a copy of the ledger, with its key in DRYDOCK_LEDGER_KEY or in FILE.key (default: the bot's ledger)",
  },
  archive: {
    type: "string",
    hint: "FILE|FOLDER",
    summary: "read what drydock retain archived as if it were still in the ledger",
  },
  ...CONFIG,
} as const;

export const AUDIT_NOTES = [
  "It only reads, takes no lock and may run beside the bot. It needs the ledger's key, DATABASE_URL if the ledger is there, and no other secret.",
  "docs/operations/audit.md says what an audit proves, and what it cannot prove.",
] as const;

/** Which ledger is meant. A copy needs no configuration. */
export function auditedLedger(
  values: Readonly<Record<"ledger" | "archive" | "config", string | undefined>>,
  env: Environment,
): AuditedLedger {
  const { archive } = values;
  if (values.ledger === undefined) return { ...ledgerSettings({ file: configFile(values, env), env }), archive };
  const problems: Problem[] = [];
  const key = ledgerSecret(env, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return { file: resolve(values.ledger), key, database: undefined, archive };
}

#!/usr/bin/env node
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { backupLedger } from "./adapters/ledger/backup.ts";
import { checkLedgerKey } from "./adapters/ledger/check-ledger-key.ts";
import { type KeySource, makeKeyFile, readLedgerKey } from "./adapters/ledger/key.ts";
import { lockLedger } from "./adapters/ledger/lock.ts";
import { retainLedger } from "./adapters/ledger/retain.ts";
import { createUrbanCode } from "./adapters/urbancode/client.ts";
import { createHttp } from "./adapters/urbancode/http.ts";
import { probe } from "./adapters/urbancode/probe.ts";
import type { Log } from "./app/ports.ts";
import { ServerError } from "./app/urbancode.ts";
import { UserError } from "./app/user-error.ts";
import { runConfig } from "./cli/config-command.ts";
import { readConnection } from "./cli/connection.ts";
import { runInit } from "./cli/init-command.ts";
import { type LedgerTools, runLedger } from "./cli/ledger-command.ts";
import { runPlan } from "./cli/plan-command.ts";
import { runProbe } from "./cli/probe-command.ts";
import { readOnlySite } from "./cli/read-only-site.ts";
import { USAGE, UsageError } from "./cli/usage.ts";
import type { Config } from "./config/config.ts";
import { ledgerSettings } from "./config/load.ts";
import { ConfigError } from "./config/problem.ts";
import { httpSettings } from "./http-settings.ts";
import { createLog } from "./log.ts";
import { serve } from "./serve.ts";
import { systemClock, systemRandom } from "./system.ts";

/** The command line: arguments, environment, signals and exit. */

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

async function main(argv: readonly string[]): Promise<void> {
  const [command, ...words] = argv;
  if (command === undefined || (command.startsWith("-") && command !== "--help")) return await run(argv);
  if (command === "config") {
    const file = configFile(words.slice(1).filter((word) => word !== "--file-only"));
    const { text, code } = runConfig(withoutConfig(words), { file, env: process.env, checkLedger });
    process.stdout.write(`${text}\n`);
    process.exitCode = code;
  } else if (command === "init") {
    const file = configFile(configWords(words));
    process.stdout.write(`${runInit(withoutConfig(words), file, { makeKey })}\n`);
  } else if (command === "backup" || command === "retain") {
    const file = configFile(configWords(words));
    process.stdout.write(`${await runLedger(command, withoutConfig(words), ledgerTools(file))}\n`);
  } else if (command === "plan" || command === "probe") process.stdout.write(`${await readOnly(command, words)}\n`);
  else if (command === "help" || command === "--help") process.stdout.write(`${USAGE}\n`);
  else throw new UsageError(`There is no command "${command.slice(0, 60)}".\n\n${USAGE}`);
}

function keySource({ file, key }: Config["ledger"]): KeySource {
  return { file, fromEnvironment: key?.reveal() };
}

function checkLedger(ledger: Config["ledger"]): void {
  checkLedgerKey(keySource(ledger));
}

function makeKey(file: string): "environment" | "made" | "kept" {
  const { DRYDOCK_LEDGER_KEY: fromEnvironment } = process.env;
  if (fromEnvironment) return "environment";
  if (readLedgerKey({ file, fromEnvironment: undefined })) return "kept";
  makeKeyFile(file);
  return "made";
}

function ledgerTools(config: string): LedgerTools {
  const source = keySource(ledgerSettings({ file: config, env: process.env }));
  const { file } = source;
  // Made at the first start: without a ledger there is nothing that could be copied.
  const key = existsSync(file) ? readLedgerKey(source) : undefined;
  if (!key) throw new UserError("no-ledger", `There is no ledger at ${file} yet.`);
  return {
    backup: (to) => backupLedger({ file, to, key }),
    retain(archive, choose) {
      const lock = lockLedger(file, systemClock.now());
      try {
        return retainLedger({ file, archive, key, choose });
      } finally {
        lock.release();
      }
    },
  };
}

/** `plan` and `probe`: GETs only, no Slack, no ledger. */
async function readOnly(command: "plan" | "probe", words: readonly string[]): Promise<string> {
  const { rest, user, ...server } = readConnection(words, process.env);
  // What probe prints is pasted into issues: it must not name the server.
  const name = command === "probe" ? "the server" : new URL(server.url).hostname;
  const settings = httpSettings({ name, requestDeadline: 30_000, ...server });
  if (command === "probe") {
    const http = createHttp(settings, { clock: systemClock, random: systemRandom });
    try {
      return await runProbe(rest, () => probe(http, { user, clock: systemClock }));
    } finally {
      await http.close();
    }
  }
  const urbancode = createUrbanCode(settings, { clock: systemClock, random: systemRandom, log: SILENT });
  try {
    return await runPlan(rest, readOnlySite(urbancode, server.url, systemClock), (done, total) => {
      if (process.stderr.isTTY)
        process.stderr.write(`\rrights checked ${done} of ${total}${done === total ? "\n" : ""}`);
    });
  } finally {
    await urbancode.close();
  }
}

async function run(argv: readonly string[]): Promise<void> {
  const { ready } = await serve({
    config: configFile(argv),
    env: process.env,
    clock: systemClock,
    random: systemRandom,
    log: createLog(process.env.LOG_LEVEL ?? "info"),
    signals: process,
    exit: (code) => process.exit(code),
  });
  await ready;
}

function configFile(argv: readonly string[]): string {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: "string", short: "c" } } });
  return values.config ?? process.env.DRYDOCK_CONFIG ?? "drydock.yml";
}

/** The words of --config alone: other flags are the command's own. */
function configWords(words: readonly string[]): readonly string[] {
  const inline = words.filter((word) => word.startsWith("--config="));
  const at = words.findIndex((word) => word === "--config" || word === "-c");
  return at < 0 ? inline : words.slice(at, at + 2);
}

function withoutConfig(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => word === "--config" || word === "-c");
  const rest = at < 0 ? words : [...words.slice(0, at), ...words.slice(at + 2)];
  return rest.filter((word) => !word.startsWith("--config="));
}

/** What a person can put right is a sentence; everything else is a bug, with its stack. */
main(process.argv.slice(2)).catch((error: unknown) => {
  const said =
    error instanceof ConfigError ||
    error instanceof UserError ||
    error instanceof UsageError ||
    error instanceof ServerError ||
    (error instanceof Error && !(error instanceof TypeError));
  process.stderr.write(`${said ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});

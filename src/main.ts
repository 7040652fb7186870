#!/usr/bin/env node
import { backupLedger } from "./adapters/ledger/backup.ts";
import { checkLedgerKey } from "./adapters/ledger/check-ledger-key.ts";
import { existingLedgerKey, type KeySource, makeKeyFile, readLedgerKey } from "./adapters/ledger/key.ts";
import { lockLedger } from "./adapters/ledger/lock.ts";
import { retainLedger } from "./adapters/ledger/retain.ts";
import { createUrbanCode } from "./adapters/urbancode/client.ts";
import { createHttp } from "./adapters/urbancode/http.ts";
import { probe } from "./adapters/urbancode/probe.ts";
import type { CliPorts } from "./cli/cli-ports.ts";
import type { Connection } from "./cli/connection.ts";
import { faultOf } from "./cli/fault-of.ts";
import { runCli } from "./cli/run-cli.ts";
import type { Config } from "./config/config.ts";
import { httpSettings } from "./http-settings.ts";
import { createLog } from "./log.ts";
import { systemClock, systemRandom } from "./system.ts";
import { version } from "./version.ts";

/** The program: arguments, environment, signals and exit, and the adapters for the commands of src/cli. */

const silent = createLog("silent");
const machine = { clock: systemClock, random: systemRandom };

const ports: CliPorts = {
  version: version(),
  env: process.env,
  clock: systemClock,
  progress(done, total) {
    if (process.stderr.isTTY)
      process.stderr.write(`\rpermissions checked: ${done} of ${total}${done === total ? "\n" : ""}`);
  },
  async serve({ config, logLevel }) {
    // Loaded only here: the other commands start faster without Slack's packages.
    const { serve } = await import("./serve.ts");
    const log = createLog(logLevel);
    const exit = (code: number) => process.exit(code);
    const { ready } = await serve({ config, env: process.env, ...machine, log, signals: process, exit });
    await ready;
  },
  ledger: {
    makeKey(file) {
      if (process.env.DRYDOCK_LEDGER_KEY) return "environment";
      if (readLedgerKey({ file, fromEnvironment: undefined })) return "kept";
      makeKeyFile(file);
      return "made";
    },
    check: (ledger) => checkLedgerKey(keySource(ledger)),
    backup: async (ledger, to) => backupLedger({ file: ledger.file, to, key: existingLedgerKey(keySource(ledger)) }),
    retain(ledger, archive, choose) {
      const key = existingLedgerKey(keySource(ledger));
      const lock = lockLedger(ledger.file, systemClock.now());
      try {
        return retainLedger({ file: ledger.file, archive, key, choose });
      } finally {
        lock.release();
      }
    },
  },
  openServer: (connection) =>
    createUrbanCode(settingsOf(connection, new URL(connection.url).hostname), { ...machine, log: silent }),
  async probe(connection) {
    const http = createHttp(settingsOf(connection, "the server"), machine);
    try {
      return await probe(http, { user: connection.user, clock: systemClock });
    } finally {
      await http.close();
    }
  },
};

function keySource({ file, key }: Config["ledger"]): KeySource {
  return { file, fromEnvironment: key?.reveal() };
}

function settingsOf({ url, ca, credentials }: Connection, name: string) {
  return httpSettings({ name, url, ca, credentials, requestDeadline: 30_000 });
}

// A reader such as `head` may end before everything is written.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  const answer = await runCli(process.argv.slice(2), ports);
  if (answer !== undefined) process.stdout.write(`${answer}\n`);
} catch (error) {
  const { text, code } = faultOf(error);
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

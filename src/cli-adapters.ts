import { readLinks } from "./adapters/slack/typed-text.ts";
import { acceptLedger, toAccept } from "./adapters/sqlite/accept.ts";
import { archivedNote } from "./adapters/sqlite/archived-note.ts";
import { assertNotMoved, isMissing, PERHAPS_SHARED } from "./adapters/sqlite/assert-not-moved.ts";
import { backupLedger } from "./adapters/sqlite/backup.ts";
import { checkLedgerKey } from "./adapters/sqlite/check-ledger-key.ts";
import { existingLedgerKey, type KeySource, makeKeyFile, readLedgerKey } from "./adapters/sqlite/key.ts";
import { operatorSocketOf } from "./adapters/sqlite/ledger-files.ts";
import { ledgerHolder, lockLedger } from "./adapters/sqlite/lock.ts";
import { osUser } from "./adapters/sqlite/os-user.ts";
import { readVerified } from "./adapters/sqlite/read-verified.ts";
import { retainLedger } from "./adapters/sqlite/retain.ts";
import { rotateKey } from "./adapters/sqlite/rotate-key.ts";
import type { CliPorts } from "./cli/cli-ports.ts";
import type { Connection } from "./cli/connection.ts";
import type { Config } from "./config/config.ts";
import type { Environment } from "./config/environment.ts";
import type { LogLevel } from "./config/log-level.ts";
import { withSecretFiles } from "./config/with-secret-files.ts";
import { type Clock, type Log, OperatorError, type Random } from "./core/ports.ts";
import { httpSettings } from "./http-settings.ts";
import type { ServePorts } from "./serve.ts";
import { sharedLedgerKey } from "./shared-ledger-key.ts";
import { version } from "./version.ts";

/** What the process has and a test gives in its place. */
export interface Machine extends Required<Pick<ServePorts, "signals" | "exit">> {
  readonly env: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  log(level: LogLevel | "silent"): Log;
}

/** The adapters for the commands of src/cli. Slack's and HTTP's packages are loaded only where they are needed: help is there at once. */
export function cliAdapters(machine: Machine): CliPorts {
  const { clock, random, stderr, signals, exit } = machine;
  // Read on use: help is there even if a secret's file is not.
  const environment = () => withSecretFiles(machine.env);
  const ports = () => ({ clock, log: machine.log("warn") });
  // What a command prints is for people and programs: no line of a log is in it.
  const quiet = { clock, log: machine.log("silent") };
  const shared = () => import("./shared-ledger-tools.ts");
  /** Where the ledger is that a person accepts: in the database, unless the file of a backup waits to be moved into it. */
  async function placeOf(ledger: Config["ledger"]) {
    const { database } = ledger;
    if (!database) return undefined;
    return (await (await shared()).isToBeMoved({ ...ledger, database }, quiet)) ? undefined : database;
  }
  return {
    version: version(),
    get env() {
      return environment();
    },
    clock,
    readCopied: readLinks,
    progress(what, done, total) {
      if (stderr.isTTY) stderr.write(`\r${what}: ${done} of ${total}${done === total ? "\n" : ""}`);
    },
    async serve({ config, logLevel }) {
      const { serve } = await import("./serve.ts");
      const { ready } = await serve({
        config,
        env: environment(),
        clock,
        random,
        log: machine.log(logLevel),
        signals,
        exit,
      });
      await ready;
    },
    ledger: {
      makeKey(file) {
        if (environment().DRYDOCK_LEDGER_KEY) return "environment";
        if (readLedgerKey({ file, fromEnvironment: undefined })) return "kept";
        makeKeyFile(file);
        return "made";
      },
      check: (ledger) => void (ledger.database ? sharedLedgerKey(ledger) : checkLedgerKey(fileSource(ledger))),
      async toAccept(ledger) {
        const database = await placeOf(ledger);
        if (database) return (await shared()).toAcceptShared({ ...ledger, database }, ports());
        const what = toAccept(ledger.file);
        return what && { ...what, toMove: ledger.database !== undefined };
      },
      async accept(ledger) {
        const database = await placeOf(ledger);
        if (database) return (await shared()).acceptShared({ ...ledger, database }, { ...ports(), random });
        const lock = lockLedger(ledger.file, clock.now());
        try {
          const what = toAccept(ledger.file);
          if (what) await acceptLedger({ ...fileSource(ledger), clock, random, log: machine.log("silent") }, what);
        } finally {
          lock.release();
        }
      },
      async rotateKey(ledger) {
        const oldFromEnvironment = environment().DRYDOCK_LEDGER_KEY_OLD || undefined;
        const { database } = ledger;
        if (database)
          return (await shared()).rotateShared({ ...ledger, database }, oldFromEnvironment, { ...ports(), random });
        const lock = lockLedger(ledger.file, clock.now());
        try {
          return rotateKey({ ...fileSource(ledger), oldFromEnvironment, clock, random });
        } finally {
          lock.release();
        }
      },
      async readVerified(ledger, read) {
        const { database, archive } = ledger;
        if (database) return (await shared()).readVerifiedShared({ ...ledger, database }, read, quiet, archive);
        return readVerified(fileSource(ledger), read, archive);
      },
      async backup(ledger, to) {
        const { database } = ledger;
        if (database) return (await shared()).backupSharedLedger({ ...ledger, database }, to, ports());
        return backupLedger({ file: ledger.file, to, key: existingLedgerKey(fileSource(ledger)) });
      },
      migrate: async (ledger) =>
        (await import("./migrate-ledger.ts")).migrateLedger(fileSource(ledger), ledger.database, ports()),
      async retain(ledger, { archive, before }, choose) {
        const { database } = ledger;
        const settings = { archive, choose, note: archivedNote({ archive, before }, { clock, random }) };
        if (database) return (await shared()).retainShared({ ...ledger, database }, settings, ports());
        const key = existingLedgerKey(fileSource(ledger));
        const lock = lockLedger(ledger.file, clock.now());
        try {
          return retainLedger({ file: ledger.file, key, ...settings });
        } finally {
          lock.release();
        }
      },
    },
    async look(ledger) {
      const { database } = ledger;
      if (database) {
        const { lookAtSharedLedger } = await import("./look-at-shared-ledger.ts");
        return lookAtSharedLedger({ ...ledger, database }, { ...quiet, random });
      }
      const { lookAtLedger } = await import("./look-at-ledger.ts");
      return lookAtLedger(fileSource(ledger), { clock, random });
    },
    async askBot({ file, ...rest }, call) {
      const { askBot } = await import("./adapters/operators/ask-bot.ts");
      const reply = await askBot(operatorSocketOf(file), { ...call, user: osUser() }, { clock });
      if (reply) return reply;
      const { database } = rest;
      if (database) {
        const { whereToAsk } = await import("./look-at-shared-ledger.ts");
        throw await whereToAsk({ ...rest, file, database }, call.verb, quiet);
      }
      if (ledgerHolder(file) !== null)
        throw new OperatorError(
          `Drydock runs with the ledger ${file}, but does not listen on the host: its log says why. Use Slack to ${call.verb}.`,
        );
      assertNotMoved(file);
      throw new OperatorError(
        isMissing(file)
          ? `There is no ledger at ${file}, so no Drydock runs with it and there is nothing to ${call.verb}. ${PERHAPS_SHARED}`
          : `Drydock is not running with the ledger ${file}, so there is nothing to ${call.verb}. No upgrade starts while it does not run.`,
      );
    },
    async openDoctor(config) {
      const { openDoctor } = await import("./open-doctor.ts");
      return openDoctor(config, { clock, random, log: machine.log("silent") });
    },
    async openServer(connection) {
      const { createUrbanCode } = await import("./adapters/urbancode/urbancode.ts");
      const name = new URL(connection.url).hostname;
      return createUrbanCode(settingsOf(connection, name), { clock, random, log: machine.log("silent") });
    },
    async probe(connection) {
      const { createHttp } = await import("./adapters/urbancode/http.ts");
      const { probe } = await import("./adapters/urbancode/probe.ts");
      const http = createHttp(settingsOf(connection, "the server"), { clock, random });
      try {
        return await probe(http, { user: connection.user, clock });
      } finally {
        await http.close();
      }
    },
  };
}

function fileSource({ file, key }: Config["ledger"]): KeySource {
  return { file, fromEnvironment: key?.reveal() };
}

function settingsOf({ url, ca, credentials }: Connection, name: string) {
  return httpSettings({ name, url, ca, credentials, requestDeadline: 30_000 });
}

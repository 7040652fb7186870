#!/usr/bin/env node
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { commands } from "../commands/index.ts";
import { createLocalEngine } from "./adapters/engine/local.ts";
import { backupLedger } from "./adapters/ledger/backup.ts";
import { checkLedgerKey } from "./adapters/ledger/check-ledger-key.ts";
import { type KeySource, makeKeyFile, readLedgerKey } from "./adapters/ledger/key.ts";
import { openLedger } from "./adapters/ledger/open-ledger.ts";
import { retainLedger } from "./adapters/ledger/retain.ts";
import { createKeyring } from "./adapters/secrets/keyring.ts";
import { destroyAllSecrets, openSqliteSecrets } from "./adapters/secrets/sqlite.ts";
import { openSlack } from "./adapters/slack/slack.ts";
import { createUrbanCode } from "./adapters/urbancode/client.ts";
import { createHttp, type HttpSettings } from "./adapters/urbancode/http.ts";
import { probe } from "./adapters/urbancode/probe.ts";
import { type Drydock, startDrydock } from "./app/drydock.ts";
import { createFleet } from "./app/fleet.ts";
import type { Log, Secrets } from "./app/ports.ts";
import { createPools } from "./app/servers/pools.ts";
import type { Site, Sites } from "./app/site.ts";
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
import type { Config, Credentials, MinTls, ServerConfig } from "./config/config.ts";
import { ledgerSettings, loadConfig } from "./config/load.ts";
import { ConfigError } from "./config/problem.ts";
import { createLog } from "./log.ts";
import { systemClock, systemRandom } from "./system.ts";

/** The composition root: the only file that builds adapters. */

const SHUTDOWN = 9_000;
const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

async function main(argv: readonly string[]): Promise<void> {
  const [command, ...words] = argv;
  if (command === undefined || (command.startsWith("-") && command !== "--help")) return await serve(argv);
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
  if (!key) throw new UserError(`There is no ledger at ${file} yet.`);
  return {
    backup: (to) => backupLedger({ file, to, key }),
    retain: (archive, choose) => retainLedger({ file, archive, key, now: systemClock.now(), choose }),
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

async function serve(argv: readonly string[]): Promise<void> {
  const config = loadConfig({ file: configFile(argv), env: process.env });
  const log = createLog(process.env.LOG_LEVEL ?? "info");
  for (const warning of config.warnings) log.warn({}, warning);
  const sites = sitesOf(config, log);
  const ledger = openLedger({ ...keySource(config.ledger), now: systemClock.now(), log });
  const secrets = secretsOf(config);
  const { incoming } = config.slack;
  let drydock: Drydock | undefined;
  const slack = await openSlack(
    {
      botToken: config.slack.botToken.reveal(),
      incoming:
        incoming.mode === "http"
          ? { ...incoming, signingSecret: incoming.signingSecret.reveal() }
          : { ...incoming, appToken: incoming.appToken.reveal() },
      apiUrl: config.slack.apiUrl,
      word: config.slack.word,
    },
    { clock: systemClock, log, health: () => drydock?.health() ?? {} },
  );
  const engine = createLocalEngine({ log });
  const { thread, people, channels, usergroups } = slack;
  drydock = await startDrydock(
    {
      sites,
      ledger,
      secrets,
      engine,
      thread,
      people,
      channels,
      usergroups,
      clock: systemClock,
      random: systemRandom,
      log,
    },
    { word: config.slack.word, people: config.people, channels: config.slack, commands },
  );
  const { answer, stop: stopDrydock } = drydock;
  await slack.listen(answer);
  log.info({ servers: [...sites.keys()], word: config.slack.word }, "Drydock is ready");

  let stopping = false;
  async function stop(signal: string): Promise<void> {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "stopping: nothing more begins; what is in flight is picked up at the next start");
    const late = setTimeout(() => void ledger.close().finally(() => process.exit(1)), SHUTDOWN);
    await stopDrydock();
    await slack.stop();
    await Promise.all([...sites.values()].map((site) => site.urbancode.close()));
    await secrets?.close();
    await ledger.close();
    clearTimeout(late);
    process.exit(0);
  }
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
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

/** People's own tokens, beside the ledger. Where they are off, what was kept before is destroyed. */
function secretsOf({ ledger, ownTokens }: Config): Secrets | undefined {
  const file = `${ledger.file}.tokens`;
  if (!ownTokens) destroyAllSecrets(file);
  if (!ownTokens) return undefined;
  const [key, ...old] = [ownTokens.key, ...ownTokens.old].map((secret) => Buffer.from(secret.reveal(), "hex"));
  return key && openSqliteSecrets({ file, keyring: createKeyring([key, ...old]) });
}

function sitesOf(config: Config, log: Log): Sites {
  return new Map(config.servers.map((server) => [server.name, siteOf(server, log)]));
}

function siteOf(server: ServerConfig, log: Log): Site {
  const { name, url, policy, deadlines, watch, limits, relays, links, guide, whoAmI, warnings } = server;
  const settings = httpSettings({ ...server, requestDeadline: deadlines.request });
  const urbancode = createUrbanCode(settings, { clock: systemClock, random: systemRandom, log });
  const fleet = createFleet(urbancode, { clock: systemClock });
  const pools = limits.pools ? { pools: createPools(urbancode, { clock: systemClock, log }) } : {};
  return {
    name,
    url,
    policy,
    deadlines,
    watch,
    limits,
    relays,
    links,
    guide,
    whoAmI,
    warnings,
    urbancode,
    fleet,
    ...pools,
  };
}

function httpSettings(server: {
  readonly name: string;
  readonly url: string;
  readonly ca: string | undefined;
  readonly minTls?: MinTls;
  readonly requestDeadline: number;
  readonly credentials: Credentials;
}): HttpSettings {
  const { name, url, ca, minTls, requestDeadline, credentials } = server;
  return {
    name,
    url,
    ca,
    minTls,
    requestDeadline,
    credentials:
      credentials.kind === "token"
        ? { kind: "token", token: credentials.token.reveal() }
        : { kind: "basic", user: credentials.user, password: credentials.password.reveal() },
  };
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

#!/usr/bin/env node
import { parseArgs } from "node:util";
import { pino } from "pino";
import { commands } from "../commands/index.ts";
import { createLocalEngine } from "./adapters/engine/local.ts";
import { ledgerKey } from "./adapters/ledger/key.ts";
import { openSqliteLedger } from "./adapters/ledger/sqlite.ts";
import { openSlack } from "./adapters/slack/slack.ts";
import { createUrbanCode } from "./adapters/urbancode/client.ts";
import { type Drydock, startDrydock } from "./app/drydock.ts";
import { createFleet } from "./app/fleet.ts";
import type { Log } from "./app/ports.ts";
import type { Site, Sites } from "./app/site.ts";
import type { Config, ServerConfig } from "./config/config.ts";
import { loadConfig } from "./config/load.ts";
import { ConfigError } from "./config/problem.ts";
import { systemClock, systemRandom } from "./system.ts";

/** The composition root: the only file that builds adapters. */

const SHUTDOWN = 9_000;

async function main(): Promise<void> {
  const config = loadConfig({ file: configFile(), env: process.env });
  const log = pino({ level: process.env.LOG_LEVEL ?? "info", serializers: { error: pino.stdSerializers.err } });
  for (const warning of config.warnings) log.warn({}, warning);
  const sites = sitesOf(config, log);
  const key = ledgerKey({ fromEnvironment: config.ledger.key?.reveal(), file: config.ledger.file, log });
  const ledger = openSqliteLedger({ file: config.ledger.file, key, now: systemClock.now() });
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
  const { thread, people, channels } = slack;
  drydock = await startDrydock(
    { sites, ledger, engine, thread, people, channels, clock: systemClock, random: systemRandom, log },
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
    const late = setTimeout(() => process.exit(1), SHUTDOWN);
    await stopDrydock();
    await slack.stop();
    await Promise.all([...sites.values()].map((site) => site.urbancode.close()));
    await ledger.close();
    clearTimeout(late);
    process.exit(0);
  }
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
}

function configFile(): string {
  const { values } = parseArgs({ options: { config: { type: "string", short: "c" } } });
  return values.config ?? process.env.DRYDOCK_CONFIG ?? "drydock.yml";
}

function sitesOf(config: Config, log: Log): Sites {
  return new Map(config.servers.map((server) => [server.name, siteOf(server, log)]));
}

function siteOf(server: ServerConfig, log: Log): Site {
  const { credentials } = server;
  const urbancode = createUrbanCode(
    {
      name: server.name,
      url: server.url,
      ca: server.ca,
      requestDeadline: server.deadlines.request,
      credentials:
        credentials.kind === "token"
          ? { kind: "token", token: credentials.token.reveal() }
          : { kind: "basic", user: credentials.user, password: credentials.password.reveal() },
    },
    { clock: systemClock, random: systemRandom, log },
  );
  return {
    name: server.name,
    url: server.url,
    policy: server.policy,
    deadlines: server.deadlines,
    watch: server.watch,
    urbancode,
    fleet: createFleet(urbancode, { clock: systemClock }),
  };
}

/** What the platform team can put right is a sentence; everything else is a bug, with its stack. */
main().catch((error: unknown) => {
  const known = error instanceof ConfigError || (error instanceof Error && !(error instanceof TypeError));
  process.stderr.write(`${known ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
});

import { commands } from "../commands/index.ts";
import { createLocalEngine } from "./adapters/engine/local.ts";
import { openOperatorSocket } from "./adapters/operators/operator-socket.ts";
import { openSlack, type Slack, type SlackSettings } from "./adapters/slack/slack.ts";
import { readLedgerKey } from "./adapters/sqlite/key.ts";
import { operatorSocketOf } from "./adapters/sqlite/ledger-files.ts";
import type { Config } from "./config/config.ts";
import { hashConfig } from "./config/config-hash.ts";
import { configuredSecrets } from "./config/configured-secrets.ts";
import { loadConfig } from "./config/load.ts";
import type { Clock, Log, Random } from "./core/ports.ts";
import { Secret } from "./core/secret.ts";
import { withTimeout } from "./core/with-timeout.ts";
import { hearWhileTalking } from "./hear-while-talking.ts";
import { openFileStores } from "./open-file-stores.ts";
import { openServers } from "./open-servers.ts";
import { type Operations, openOperations } from "./operations.ts";
import { createServerHealth } from "./servers/health.ts";
import type { Servers } from "./servers/managed-server.ts";
import { type Drydock, startDrydock } from "./start-drydock.ts";
import { version } from "./version.ts";

export interface ServePorts {
  /** The path of the configuration file. */
  readonly config: string;
  /** Tokens, passwords and keys, as the environment gives them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** What asks for a stop from outside, e.g. the process; left out = only stop() does. */
  readonly signals?: {
    on(signal: "SIGTERM" | "SIGINT", stop: () => void): unknown;
    off(signal: "SIGTERM" | "SIGINT", stop: () => void): unknown;
  };
  /** Called once Drydock has stopped: 0, or 1 if it did not stop in time. */
  readonly exit?: (code: number) => void;
}

export interface RunningDrydock {
  /** Fulfilled once people are answered, or at once if another replica does it; rejected if Slack refuses Drydock's token or the port is in use. */
  readonly ready: Promise<void>;
  /** Begins nothing more, writes what is under way, and closes everything that serve() opened. A second call waits for the first. */
  stop(reason: string): Promise<void>;
}

/** From the start until the doctor looks at everything, in ms: connecting and the first look at each server go first. */
const EXAMINE_AFTER = 60_000;
/** How long a stop may take, in ms. */
export const STOP_TIMEOUT = 9_000;

/** The composition root: builds the adapters and starts Drydock with them. Throws ConfigError and SlackTokenError. */
export async function serve(ports: ServePorts): Promise<RunningDrydock> {
  const { clock, random, log, signals } = ports;
  const config = loadConfig({ file: ports.config, env: ports.env });
  for (const warning of config.warnings) log.warn({ warning }, "a setting needs attention");
  const { file, key, database } = config.ledger;
  const stores = database
    ? await (await import("./open-shared-stores.ts")).openSharedStores(config, database, {
        ...ports,
        runs: { version: version(), configuration: hashConfig(config) },
        endProcess: () => ports.exit?.(1),
      })
    : openFileStores(config, ports);
  const { ledger, presence, statuses, secrets } = stores;
  let drydock: Drydock;
  let slack: Slack;
  let servers: Servers;
  let operations: Operations | undefined;
  let operators: { close(): void } | undefined;
  let cancelExamine = () => {};
  let unlistening = Promise.resolve();
  let onStarted = () => {};
  const started = new Promise<void>((resolve) => {
    onStarted = resolve;
  });
  const hearing = hearWhileTalking(stores.duties, {
    async begin(signal) {
      await Promise.all([started, unlistening]);
      if (signal.aborted) return;
      operators = await openOperatorSocket(operatorSocketOf(file), drydock.operator, { clock, log });
      if (signal.aborted) return operators.close();
      await slack.listen(drydock.answer, signal);
      if (signal.aborted) return;
      log.info({ servers: [...servers.keys()], word: config.slack.word }, "Drydock is ready");
      cancelExamine = clock.after(EXAMINE_AFTER, () => void drydock.examine());
    },
    end() {
      cancelExamine();
      operators?.close();
      // What does not close now ends with the process.
      unlistening = slack.unlisten().catch(() => undefined);
    },
  });
  try {
    const keyInFile = key ? undefined : readLedgerKey({ file, fromEnvironment: undefined });
    operations = await openOperations(config, { clock });
    const { meter, opened } = operations;
    servers = openServers(config.servers, { clock, random, log, meter });
    slack = await openSlack(slackSettings(config), { clock, log, meter, termNow: hearing.termNow });
    const { thread, people, channels, usergroups } = slack;
    const engineOf = () => createLocalEngine({ log });
    drydock = await startDrydock(
      {
        ...{ servers, ledger, presence, statuses, secrets, engineOf, duties: hearing.duties },
        ...{ thread, people, channels, usergroups, clock, random, log },
        onOpened: opened,
        inspection: { slack: slack.inspection, ledger: stores.inspection },
      },
      {
        word: config.slack.word,
        people: config.people,
        channels: config.slack,
        commands,
        configuredSecrets: [...configuredSecrets(config), ...(keyInFile ? [new Secret(keyInFile.toString())] : [])],
      },
    );
    const { missing } = slack;
    const ofSlack = async () =>
      (await missing()).filter(({ code }) => hearing.isHere() || code !== "slack-disconnected");
    const clockState = () => stores.clockState?.() ?? "right";
    const ofClock = async () => (clockState() === "wrong" ? [{ code: "clock-wrong" as const }] : []);
    const others = [ofClock, ofSlack, createServerHealth({ servers, statuses, clock })];
    operations.started({
      ...{ ledger, statuses, servers, others, isStandby: () => !hearing.isHere() },
      warnings: () => (clockState() === "differs" ? ["clock-differs"] : []),
    });
    onStarted();
    if (!hearing.isHere()) log.info({}, "another replica talks to Slack: this one is a standby");
  } catch (error) {
    // Whoever called may try again: nothing stays locked.
    await operations?.close();
    await stores.close();
    throw error;
  }
  async function close(): Promise<void> {
    cancelExamine();
    operators?.close();
    await drydock.stop();
    await unlistening;
    await slack.stop();
    await Promise.all([...servers.values()].map((server) => server.urbancode.close()));
  }

  let stopping: Promise<void> | undefined;
  function stop(reason: string, code = 0): Promise<void> {
    stopping ??= stopOnce(reason, code);
    return stopping;
  }

  async function stopOnce(reason: string, code: number): Promise<void> {
    signals?.off("SIGTERM", onTerminate);
    signals?.off("SIGINT", onInterrupt);
    operations?.stopping();
    log.info({ reason }, "stopping: no upgrade begins any more. The next start picks up what is in flight");
    let inTime: true | undefined;
    try {
      inTime = await withTimeout(
        clock,
        STOP_TIMEOUT,
        close().then(() => true as const),
      );
      if (!inTime)
        log.warn(
          { ms: STOP_TIMEOUT },
          "Drydock did not stop in time and ends now: answers under way may be unrecorded",
        );
    } finally {
      await operations?.close();
      await stores.close();
      ports.exit?.(inTime ? code : 1);
    }
  }

  void drydock.ledgerFault.then((error) => {
    log.error({ file, reason: error.message }, "the ledger is broken: Drydock ends");
    return stop("the ledger is broken", 1);
  });
  void stores.taken.then(() => {
    log.error({}, "a command has taken the ledger: Drydock ends");
    return stop("a command has the ledger", 1);
  });
  const onTerminate = () => void stop("SIGTERM");
  const onInterrupt = () => void stop("SIGINT");
  signals?.on("SIGTERM", onTerminate);
  signals?.on("SIGINT", onInterrupt);
  return { ready: hearing.isHere() ? hearing.first : Promise.resolve(), stop };
}

function slackSettings({ slack: { botToken, incoming, apiUrl, word } }: Config): SlackSettings {
  return {
    botToken: botToken.reveal(),
    incoming:
      incoming.mode === "http"
        ? { ...incoming, signingSecret: incoming.signingSecret.reveal() }
        : { ...incoming, appToken: incoming.appToken.reveal() },
    apiUrl,
    word,
  };
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, delay, wallClock } from "./clock.ts";
import { type Deploy, type DeployOptions, startDeploy } from "./deploy/start-deploy.ts";
import { freePort } from "./free-port.ts";
import type { ClientActions } from "./slack/client-actions.ts";
import { readManifest } from "./slack/manifest.ts";
import { type SlackOptions, type SlackStandin, startSlack } from "./slack/start-slack.ts";
import type { Workspace } from "./slack/workspace.ts";
import { programStarter, type RunningBot, type StartBot } from "./start-program.ts";

/** Read once: many tests of a process open a trial. */
const APP = readManifest(new URL("../manifest.yml", import.meta.url));

export interface TrialOptions {
  readonly deploy: DeployOptions;
  readonly slack?: SlackOptions;
  /** How Drydock is started: a program and its arguments, or what starts it inside this process. */
  readonly bot: readonly string[] | StartBot;
  /** The time of the stand-ins; then Drydock runs on production's own configuration. Left out = the machine's, and a configuration that goes as fast as `deploy.scale` says. */
  readonly clock?: Clock;
  readonly mode?: "live" | "observe";
  /** YAML of the server's `approvals`; left out = 0. */
  readonly approvals?: string;
  /** YAML lines under `people`. */
  readonly people?: readonly string[];
  /** More servers, by name. */
  readonly others?: Readonly<Record<string, DeployOptions>>;
  /** Slack's requests come to a port instead of through a socket. */
  readonly http?: boolean;
  /** Whether monitoring can ask Drydock for its health and its metrics. */
  readonly health?: boolean;
  /** YAML of the channels in which a rollout may be shown. */
  readonly channels?: string;
  /** YAML lines of the server `prod`, besides those that the trial needs. */
  readonly server?: readonly string[];
  /** How long Drydock waits for an answer of the server where it goes by the machine's time; left out = 1 s if that is fast. */
  readonly request?: string;
  /** What else is in Drydock's environment; read at each of its starts. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a trial needs of a Slack workspace, whoever made it: people act in it, and what they are shown can be read. */
export interface TrialSlack {
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly workspace: Pick<Workspace, "messages" | "views">;
  readonly acts: Omit<ClientActions, "type" | "openHome" | "pressInHome" | "shortcut">;
  stop(): Promise<void>;
}

/**
 * A server, a workspace and Drydock as a program of its own, unchanged; only its configuration says that times run
 * faster. The workspace is our own stand-in, or one by others.
 */
export interface Trial<S extends TrialSlack = SlackStandin> {
  readonly deploy: Deploy;
  readonly others: ReadonlyMap<string, Deploy>;
  /** Where the bot takes requests, in HTTP mode. */
  readonly botUrl: string;
  /** Where monitoring asks, with `health`. */
  readonly healthUrl: string;
  readonly pid: () => number | undefined;
  readonly slack: S;
  /** What Drydock wrote to its log so far. */
  log(): string;
  readonly directory: string;
  startBot(): Promise<void>;
  /** kill -9. */
  killBot(): Promise<void>;
  /** SIGTERM; the exit code, or null where it was ended by a signal. */
  endBot(): Promise<number | null>;
  stop(): Promise<void>;
}

export async function startTrial(options: TrialOptions): Promise<Trial>;
export async function startTrial<S extends TrialSlack>(
  options: TrialOptions,
  openSlack: (options: SlackOptions) => Promise<S>,
): Promise<Trial<S>>;
export async function startTrial(
  options: TrialOptions,
  openSlack: (options: SlackOptions) => Promise<TrialSlack> = startSlack,
): Promise<Trial<TrialSlack>> {
  const time = options.clock ? { clock: options.clock, scale: 1 } : {};
  const deploy = await startDeploy({ ...options.deploy, ...time });
  const others = new Map<string, Deploy>();
  // No two servers have agents in common, unless a test gives them the same seed.
  for (const [i, [name, other]] of Object.entries(options.others ?? {}).entries())
    others.set(name, await startDeploy({ seed: i + 2, ...other, ...time }));
  const port = options.http ? await freePort() : 0;
  const botUrl = `http://127.0.0.1:${port}`;
  const healthPort = options.health ? await freePort() : 0;
  const slack = await openSlack({
    app: APP,
    ...options.slack,
    ...(options.clock ? { clock: options.clock } : {}),
    ...(options.http ? { http: () => `${botUrl}/slack/events` } : {}),
  });
  const directory = mkdtempSync(join(tmpdir(), "drydock-"));
  const scale = options.clock ? undefined : (options.deploy.scale ?? 1);
  writeFileSync(
    join(directory, "drydock.yml"),
    configuration({
      servers: [["prod", deploy.url], ...[...others].map(([name, { url }]): [string, string] => [name, url])],
      slack: [
        `apiUrl: "${slack.apiUrl}"`,
        `channels: ${options.channels ?? "[C0ONCALL]"}`,
        "operationsChannel: C0OPS",
        ...(options.slack?.command ? [`word: ${options.slack.command}`] : []),
        ...(options.http ? ["mode: http", `http: {host: 127.0.0.1, port: ${port}}`] : []),
      ],
      times: scale === undefined ? [] : scaledTimes(scale, options.request ?? (scale >= 30 ? "1s" : "30s")),
      server: [`mode: ${options.mode ?? "live"}`, `approvals: ${options.approvals ?? "0"}`, ...(options.server ?? [])],
      people: options.people ?? [],
      more: options.health ? [`health: {port: ${healthPort}}`] : [],
    }),
  );
  const startProgram = typeof options.bot === "function" ? options.bot : programStarter(options.bot);
  let bot: RunningBot | undefined;
  let log = "";

  async function startBot(): Promise<void> {
    const env = {
      SLACK_BOT_TOKEN: slack.botToken,
      ...(options.http ? { SLACK_SIGNING_SECRET: slack.signingSecret } : { SLACK_APP_TOKEN: slack.appToken }),
      ...Object.fromEntries(["prod", ...others.keys()].flatMap((name) => credentials(name, deploy))),
      ...options.env,
    };
    bot = await startProgram(join(directory, "drydock.yml"), env, (text) => {
      log += text;
    });
  }

  async function end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    const running = bot;
    bot = undefined;
    return running ? running.end(signal) : null;
  }

  return {
    deploy,
    others,
    botUrl,
    healthUrl: `http://127.0.0.1:${healthPort}`,
    pid: () => bot?.pid,
    slack,
    directory,
    log: () => log,
    startBot,
    killBot: async () => void (await end("SIGKILL")),
    endBot: () => end("SIGTERM"),
    async stop() {
      await end("SIGTERM");
      await Promise.all([deploy.stop(), slack.stop(), ...[...others.values()].map((other) => other.stop())]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function credentials(name: string, { user, password }: Deploy): readonly (readonly [string, string])[] {
  const prefix = `DRYDOCK_${name.toUpperCase().replaceAll("-", "_")}`;
  return [
    [`${prefix}_USERNAME`, user],
    [`${prefix}_PASSWORD`, password],
  ];
}

/** Drydock's settings. */
function configuration(given: {
  readonly servers: readonly (readonly [string, string])[];
  readonly slack: readonly string[];
  readonly times: readonly string[];
  readonly server: readonly string[];
  readonly people: readonly string[];
  readonly more: readonly string[];
}): string {
  const server = ([name, url]: readonly [string, string]) => [
    `  ${name}:`,
    `    url: ${url}`,
    ...given.times,
    ...given.server.map((line) => `    ${line}`),
  ];
  return [
    "ledger: {file: ./drydock.db}",
    ...given.more,
    "slack:",
    ...given.slack.map((line) => `  ${line}`),
    "servers:",
    ...given.servers.flatMap(server),
    "people:",
    "  emailDomains: [drydock.test]",
    "  onCall: [U0CAROL]",
    ...given.people.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

/** The lines of a server whose times are all divided by the scale, but for how long a request may take. */
function scaledTimes(scale: number, request: string): readonly string[] {
  const minutes = (n: number) => `${Math.max(1, Math.round((n * 60_000) / scale))}ms`;
  return [
    `    deadlines: {request: ${request}, neverOffline: ${minutes(5)}, notBack: ${minutes(30)}, stuck: ${minutes(5)}, stable: ${minutes(2)}, zombie: ${minutes(60)}, lateWatch: ${minutes(24 * 60)}}`,
    `    retryPauses: [${minutes(2)}, ${minutes(5)}, ${minutes(15)}]`,
    "    watch: {inFlight: 250ms, fleet: 1s, idle: 1s, tick: 500ms}",
  ];
}

/** Waits until something is true, looking often; fails with what it waited for after `limit` ms of the clock. */
export async function until<T>(
  what: string | (() => string),
  look: () => T | undefined | false,
  limit = 60_000,
  clock: Clock = wallClock,
): Promise<T> {
  const end = clock.now() + limit;
  for (;;) {
    const found = look();
    if (found) return found;
    if (clock.now() > end) throw new Error(`Waited ${limit} ms in vain: ${typeof what === "string" ? what : what()}`);
    await delay(clock, 20);
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Deploy, type DeployOptions, startDeploy } from "./deploy/start-deploy.ts";
import { type SlackOptions, type SlackStandin, startSlack } from "./slack/start-slack.ts";

export interface TrialOptions {
  readonly deploy: DeployOptions;
  readonly slack?: SlackOptions;
  /** How Drydock is started: the program and its arguments. */
  readonly bot: readonly string[];
  readonly mode?: "live" | "observe";
  /** YAML lines under `people`. */
  readonly people?: readonly string[];
  /** YAML lines of the server `prod`, besides those that the trial needs. */
  readonly server?: readonly string[];
}

/** Both stand-ins and Drydock as a program of its own, unchanged; only its configuration says that times run faster. */
export interface Trial {
  readonly deploy: Deploy;
  readonly slack: SlackStandin;
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

const READY = 30_000;

export async function startTrial(options: TrialOptions): Promise<Trial> {
  const deploy = await startDeploy(options.deploy);
  const slack = await startSlack(options.slack);
  const directory = mkdtempSync(join(tmpdir(), "drydock-"));
  const scale = options.deploy.scale ?? 1;
  writeFileSync(
    join(directory, "drydock.yml"),
    configuration(
      deploy.url,
      slack.apiUrl,
      scale,
      [`mode: ${options.mode ?? "live"}`, ...(options.server ?? [])],
      options.people ?? [],
    ),
  );
  let child: ChildProcess | undefined;
  let log = "";

  async function startBot(): Promise<void> {
    const [program = "node", ...args] = options.bot;
    const started = spawn(program, [...args, "--config", join(directory, "drydock.yml")], {
      env: {
        PATH: process.env.PATH,
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_APP_TOKEN: slack.appToken,
        DS_USERNAME: deploy.user,
        DS_PASSWORD: deploy.password,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    const from = log.length;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`Drydock was not ready in time:\n${log.slice(from)}`)), READY);
      const read = (chunk: Buffer) => {
        log += chunk.toString("utf8");
        if (log.slice(from).includes("Drydock is ready")) {
          clearTimeout(late);
          resolve();
        }
      };
      started.stdout?.on("data", read);
      started.stderr?.on("data", read);
      started.once("exit", () => {
        clearTimeout(late);
        reject(new Error(`Drydock ended before it was ready:\n${log.slice(from)}`));
      });
    });
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return running?.exitCode ?? null;
    const gone = new Promise<number | null>((resolve) => running.once("exit", resolve));
    running.kill(signal);
    return gone;
  }

  return {
    deploy,
    slack,
    directory,
    log: () => log,
    startBot,
    killBot: async () => void (await end("SIGKILL")),
    endBot: () => end("SIGTERM"),
    async stop() {
      await end("SIGTERM");
      await Promise.all([deploy.stop(), slack.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Drydock's own settings with every time divided by the simulation's scale. */
function configuration(
  url: string,
  apiUrl: string,
  scale: number,
  server: readonly string[],
  people: readonly string[],
): string {
  const minutes = (n: number) => `${Math.max(1, Math.round((n * 60_000) / scale))}ms`;
  return [
    "ledger: {file: ./drydock.db}",
    `slack: {apiUrl: "${apiUrl}", channels: [C0ONCALL, C0RANDOM], operationsChannel: C0OPS}`,
    "servers:",
    "  prod:",
    `    url: ${url}`,
    "    approvals: 0",
    `    deadlines: {request: ${scale >= 30 ? "1s" : "30s"}, neverOffline: ${minutes(5)}, notBack: ${minutes(30)}, stuck: ${minutes(5)}, stable: ${minutes(2)}, zombie: ${minutes(60)}, lateWatch: ${minutes(24 * 60)}}`,
    "    watch: {inFlight: 250ms, fleet: 1s, tick: 500ms}",
    ...server.map((line) => `    ${line}`),
    "people:",
    "  emailDomains: [example.com]",
    "  onCall: [U0CAROL]",
    ...people.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

/** Waits until something is true, looking often; fails with what it waited for. */
export async function until<T>(what: string, look: () => T | undefined | false, patience = 20_000): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const found = look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Waited ${patience} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

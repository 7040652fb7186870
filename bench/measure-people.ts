/** What people wait for while a hundred of them type at once. `bench/people.ts` says what is measured. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { delay, wallClock } from "../playground/clock.ts";
import { DEFAULT_DIRECTORY, type Directory, SYSTEM_TEAM } from "../playground/deploy/people.ts";
import { buttonsOf, renderText } from "../playground/slack/block-kit.ts";
import type { SlackMessage } from "../playground/slack/workspace.ts";
import { DEFAULT_PEOPLE } from "../playground/slack/workspace.ts";
import { startTrial, type Trial, until } from "../playground/trial.ts";

const SERVERS = ["prod", "east", "west", "test", "lab"];
export const BIG = 10_000;
export const AGENTS = 500;
/** Agents of each rollout. */
const ROLLOUT = 200;
/** An upgrade takes about 100 s. */
const UPGRADE_SPEED = 2.6;
export const ASKING = 100;
export const COMMANDS = ["upgrade-required --server prod", "status", "rollouts"] as const;
export const BURSTS = 2;
/** Slack tells about a hundred people a minute who they are. */
const BETWEEN = 70_000;
const TIMEOUT = 120_000;

export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

export interface Load {
  readonly acks: readonly number[];
  /** Ms from a command until its answer is there, by command. */
  readonly answers: ReadonlyMap<string, readonly number[]>;
  /** The same of commands, whichever, that first had to wait until Slack allowed more requests about people. */
  readonly waited: readonly number[];
  /** Commands that were answered with something else. */
  readonly others: readonly string[];
  readonly loop: Delays;
  /** The same on this machine, by a process that does nothing. */
  readonly idle: Delays;
}

const asking = Array.from({ length: ASKING }, (_, i) => ({
  id: `U0ASK${i}`,
  name: `asking-${i}`,
  email: `asking-${i}@drydock.test`,
}));

/** All of them may upgrade everything. */
function directory(): Directory {
  const users = asking.map(({ name, email }) => ({ id: `u-${name}`, name, email }));
  return {
    ...DEFAULT_DIRECTORY,
    users: [...DEFAULT_DIRECTORY.users, ...users],
    teams: DEFAULT_DIRECTORY.teams.map((team) =>
      team.id === SYSTEM_TEAM
        ? { ...team, members: [...team.members, ...users.map(({ id }) => ({ user: id, role: "r-upgrader" }))] }
        : team,
    ),
  };
}

export async function measurePeople(): Promise<Load> {
  const folder = mkdtempSync(join(tmpdir(), "drydock-bench-"));
  const file = join(folder, "loop-delay.json");
  const deploy = { agents: AGENTS, directory: directory(), upgradeSpeed: UPGRADE_SPEED };
  const trial = await startTrial({
    bot: [
      "node",
      ...(process.env.PEOPLE_NODE ?? "").split(" ").filter(Boolean),
      "--import",
      new URL("loop-delay.mjs", import.meta.url).href,
      "dist/src/main.js",
    ],
    clock: wallClock,
    deploy: { ...deploy, agents: BIG },
    others: Object.fromEntries(SERVERS.slice(1).map((name) => [name, deploy])),
    slack: { people: [...DEFAULT_PEOPLE, ...asking] },
    server: ["breaker: off"],
    env: { LOOP_DELAY: file },
  });
  try {
    await trial.startBot();
    for (const server of SERVERS) await startRollout(trial, server);
    await delay(wallClock, 10_000);
    await delays(trial, file);
    const { latencies } = trial.slack.sockets;
    const before = latencies.length;
    const answers = new Map(COMMANDS.map((command): [string, number[]] => [command, []]));
    const waited: number[] = [];
    const others: string[] = [];
    for (let i = 0; i < BURSTS; i += 1) {
      if (i > 0) await delay(wallClock, BETWEEN);
      await burst(trial, { answers, waited, others });
    }
    return {
      acks: latencies.slice(before),
      answers,
      waited,
      others,
      loop: await delays(trial, file),
      idle: idleDelays(),
    };
  } finally {
    await trial.stop();
    rmSync(folder, { recursive: true });
  }
}

async function startRollout(trial: Trial, server: string): Promise<void> {
  const { acts, workspace } = trial.slack;
  acts.slash("U0ALICE", "C0ONCALL", `upgrade-required --server ${server} --limit ${ROLLOUT}`);
  const isPlan = ({ blocks }: SlackMessage) =>
    JSON.stringify(blocks).includes(` on ${server}`) && buttonsOf(blocks).some(({ label }) => label === "Start");
  const plan = await until(`a plan of ${server}`, () => workspace.messages.find(isPlan), TIMEOUT);
  acts.press("U0ALICE", plan, "Start");
  const isCard = ({ only, thread, text }: SlackMessage) => !only && !thread && text.startsWith(`${server}-1:`);
  await until(`the card of ${server}`, () => workspace.messages.find(isCard), TIMEOUT);
}

/** Everybody types a command at once, and waits for the answer. */
async function burst(
  trial: Trial,
  {
    answers,
    waited,
    others,
  }: { readonly answers: ReadonlyMap<string, number[]>; readonly waited: number[]; readonly others: string[] },
): Promise<void> {
  const { acts, workspace } = trial.slack;
  const asked = new Map<string, { readonly command: string; readonly at: number }>();
  const waiting = new Set<string>();
  let open = ASKING;
  const stop = workspace.on((happening) => {
    if (happening.kind === "view") return;
    const { message } = happening;
    const one = asked.get(message.only ?? "");
    if (!one) return;
    const text = renderText(message);
    if (text.includes("Slack allows Drydock no more requests")) {
      waiting.add(message.only ?? "");
      return;
    }
    const isPlan = one.command.startsWith("upgrade");
    const hasStart = buttonsOf(message.blocks).some(({ label }) => label === "Start");
    const isRefused = /Try again|does not answer|no answer/.test(text) && !hasStart;
    if (isPlan && !hasStart && !isRefused) return;
    if (isRefused) others.push(text);
    else (waiting.has(message.only ?? "") ? waited : answers.get(one.command))?.push(performance.now() - one.at);
    asked.delete(message.only ?? "");
    open -= 1;
  });
  for (const [i, { id }] of asking.entries()) {
    const command = COMMANDS[i % COMMANDS.length] ?? "";
    asked.set(id, { command, at: performance.now() });
    acts.slash(id, "C0ONCALL", command);
  }
  await until(
    () => `${open} answers, e.g. to ${[...asked.values()][0]?.command}`,
    () => open === 0,
    TIMEOUT,
  );
  stop();
}

/** Since they were last asked for. */
async function delays(trial: Trial, file: string): Promise<Delays> {
  rmSync(file, { force: true });
  process.kill(trial.pid() ?? 0, "SIGUSR2");
  await until(
    "the delays of the event loop",
    () => existsSync(file) && readFileSync(file, "utf8").endsWith("}"),
    TIMEOUT,
  );
  return JSON.parse(readFileSync(file, "utf8")) as Delays;
}

function idleDelays(): Delays {
  const script = `
    const { monitorEventLoopDelay } = require("node:perf_hooks");
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    setTimeout(() => console.log(JSON.stringify({ p50: delays.percentile(50) / 1e6, p99: delays.percentile(99) / 1e6, most: delays.max / 1e6 })), 5000);`;
  return JSON.parse(execFileSync("node", ["-e", script], { encoding: "utf8" })) as Delays;
}

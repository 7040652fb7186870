import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createRng } from "../../playground/deploy/rng.ts";
import { buttonsOf } from "../../playground/slack/block-kit.ts";
import type { SlackFault } from "../../playground/slack/faults.ts";
import { startTrial, type Trial, until } from "../../playground/trial.ts";
import { openEvents } from "../support/ledger-events.ts";
import { showsEnd } from "../support/shows-end.ts";
import { fleetOf } from "./fleet-of.ts";
import { insist } from "./insist.ts";
import { judge } from "./judge.ts";
import { cardOf } from "./judge-rollout.ts";
import { type Observer, observe } from "./observer.ts";
import { openWallClock, type WallClock } from "./wall-clock.ts";

export interface ChaosOptions {
  readonly agents: number;
  /** kill -9, so many times. */
  readonly kills: number;
  readonly seed: number;
  readonly scale: number;
  readonly say: (line: string) => void;
}

/** How often the list is read in a trial, and how much of a fleet has each fault. */
const INTERVAL = 1_000;
const SHARE = 0.05;
/** What happens to Slack: all but what would need a person to put it right. */
const SLACK: readonly Omit<SlackFault, "times">[] = [
  { kind: "api-late" },
  { kind: "api-503" },
  { kind: "api-503-done" },
  { kind: "api-429" },
  { kind: "api-refused", method: "chat.postMessage", error: "invalid_blocks" },
  { kind: "api-refused", method: "chat.update", error: "msg_blocks_too_long" },
  { kind: "ack-lost" },
  { kind: "twice" },
  { kind: "out-of-order" },
  { kind: "socket-cut" },
];
const MINUTE = 60_000;
/** What the server, or what stands before it, answers now and then. A page in answer to a PUT holds all upgrades for minutes. */
const ANSWERS = [
  ...(["login-page", "redirect", "unexpected-type"] as const).map((kind) => ({ kind, to: "reads" as const })),
  ...(["timeout", "conflict", "too-early", "too-many"] as const).map((kind) => ({ kind, to: "upgrades" as const })),
  // The server does what it was asked for, and says nothing of it.
  ...(["timeout", "conflict"] as const).map((kind) => ({ kind, to: "upgrades" as const, taken: true })),
];

/**
 * A rollout in which everything goes wrong at random moments that follow from the seed: faults of agents, kills, Slack that drops, doubles
 * and delays, 5xx bursts, answers that are not the API's, upgrades started elsewhere, deployments, a machine that sleeps, a wall clock
 * that is set. What was not as it has to be; none = all is well.
 */
export async function runChaos(options: ChaosOptions): Promise<readonly string[]> {
  const { agents, seed, scale, say } = options;
  const random = createRng(seed);
  let observer: Observer | undefined;
  const heard = (request: string) => void (request === "GET /cli/agentCLI" && observer?.listed());
  const wallClock = openWallClock();
  const trial = await startTrial({
    bot: ["node", ...wallClock.arguments, "dist/src/main.js"],
    deploy: { agents: fleetOf(agents, SHARE, random), seed, scale, heard },
    server: ["breaker: off", `limits: {cutAgain: ${Math.round(MINUTE / scale)}ms}`],
  });
  const ledger = openEvents(join(trial.directory, "drydock.db"));
  try {
    observer = observe(trial.deploy.fleet, { interval: INTERVAL, longest: (30 * MINUTE) / scale, ledger });
    await trial.startBot();
    await start(trial);
    await storm(trial, options, { random, observer, wallClock });
    trial.slack.faults.clear();
    trial.deploy.trouble({ kind: "none" });
    say("the storm is over; waiting for the rollout to end");
    await until("the end", () => showsEnd(cardNow(trial)), 15 * MINUTE);
    return await judge(trial, observer, say);
  } finally {
    ledger.close();
    await trial.stop();
    wallClock.remove();
  }
}

function cardNow({ slack }: Trial): string {
  return cardOf({ rollout: "prod-1", messages: slack.workspace.messages });
}

async function start(trial: Trial): Promise<void> {
  const { acts, workspace } = trial.slack;
  const planNow = () =>
    workspace.messages.findLast(({ blocks }) => buttonsOf(blocks).some(({ label }) => label === "Start"));
  const type = () => acts.slash("U0ALICE", "C0ONCALL", "upgrade-required");
  function press(): void {
    const plan = planNow();
    if (plan) acts.press("U0ALICE", plan, "Start");
    else type();
  }
  await insist("a plan", type, planNow);
  await insist("the first upgrades", press, () => trial.deploy.fleet.triggers.length > 0);
}

async function storm(
  trial: Trial,
  { kills, say }: ChaosOptions,
  {
    random,
    observer,
    wallClock,
  }: { readonly random: () => number; readonly observer: Observer; readonly wallClock: WallClock },
): Promise<void> {
  const { deploy, slack } = trial;
  const chance = (p: number) => random() < p;
  const jumps = { runs: 0, "is away": 0 };
  const setClock = (whileDrydock: keyof typeof jumps) => {
    wallClock.jump(random);
    jumps[whileDrydock] += 1;
  };
  for (let kill = 1; kill <= kills; kill += 1) {
    if (chance(0.5)) {
      const fault = SLACK[Math.floor(random() * SLACK.length)] ?? { kind: "twice" };
      slack.faults.order({ ...fault, times: 1 + Math.floor(random() * 5) });
    }
    if (chance(0.15)) deploy.trouble({ kind: chance(0.5) ? "failing" : "unreachable", seconds: random() * 2 });
    if (chance(0.2)) deploy.answer({ ...anyOf(ANSWERS, random), times: 1 + Math.floor(random() * 3), retryAfter: 1 });
    if (chance(0.3)) deploy.upgradeElsewhere(1 + Math.floor(random() * 4));
    if (chance(0.3)) beginDeployments(trial, random);
    if (chance(0.1)) await sleepOf(trial, random() * 2_000);
    if (chance(0.3)) setClock("runs");
    if (chance(0.2)) slack.acts.slash("U0BOB", "C0ONCALL", "status");
    // A moment is a number of requests that the server has seen since, so that it falls between any two steps.
    const moment = requests(trial) + Math.floor(random() * 80);
    await until("the moment of the kill", () => requests(trial) >= moment || showsEnd(cardNow(trial)), 5 * MINUTE);
    await trial.killBot();
    if (chance(0.2)) setClock("is away");
    await restart(trial);
    observer.born();
    if (kill % 10 === 0)
      say(
        `${kill} kills; ${
          cardNow(trial)
            .split("\n")
            .find((line) => line.includes(" upgraded")) ?? ""
        }`,
      );
  }
  say(`the wall clock was set ${jumps.runs} times while Drydock ran, and ${jumps["is away"]} times while it was away`);
}

/** Some begin at once, on agents and elsewhere, for up to a quarter of an hour of the server's time. */
function beginDeployments({ deploy }: Trial, random: () => number): void {
  const agents = [...deploy.fleet.agents.values()];
  for (let left = 1 + Math.floor(random() * 5); left > 0; left -= 1) {
    const ms = random() * 15 * MINUTE;
    deploy.deploy(random() < 0.7 ? { agent: anyOf(agents, random).name, ms } : { ms });
  }
}

/** The machine stands still and then goes on. */
async function sleepOf(trial: Trial, ms: number): Promise<void> {
  const pid = trial.pid();
  if (pid === undefined) return;
  process.kill(pid, "SIGSTOP");
  await delay(ms);
  process.kill(pid, "SIGCONT");
}

function anyOf<T>(some: readonly T[], random: () => number): T {
  const one = some[Math.floor(random() * some.length)];
  if (one === undefined) throw new Error("there is none to choose from");
  return one;
}

/** As a supervisor would: a start that finds Slack away is tried again. */
async function restart(trial: Trial): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await trial.startBot();
    } catch (error) {
      if (attempt >= 10) throw error;
    }
  }
}

function requests({ deploy }: Trial): number {
  return [...deploy.requests.values()].reduce((sum, count) => sum + count, 0);
}

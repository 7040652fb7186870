/**
 * How long a person waits for a card after pressing a button on it: from the press to the chat.update that shows the new state, by
 * the stand-in workspace's own log. Five rollouts run meanwhile, and Slack refuses every chat.postMessage (429, Retry-After 10 s), so
 * that the replies of five threads wait. Then Slack refuses one chat.update, and it counts how long after Retry-After the card is
 * drawn. `npm run bench:press`.
 */
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Deploy } from "../playground/deploy/start-deploy.ts";
import { buttonsOf } from "../playground/slack/block-kit.ts";
import type { SlackMessage } from "../playground/slack/workspace.ts";
import { startTrial, type Trial, until } from "../playground/trial.ts";

const SERVERS = ["prod", "east", "west", "test", "lab"];
const AGENTS = 150;
/** Simulated ms per ms. Faster, and presses mostly wait for the upgrades that the ledger writes down. */
const SCALE = 10;
const DONE = 20;
const FAULTS = ["refused", "back-old", "never-offline", "error-status"] as const;
const THREAD_POSTS = 20;
const PRESSES = 40;
/** From one press to the next, in ms: about what people do, and within Slack's budget of edits. */
const PAUSE = 4_000;
const RETRY_AFTER = 10;
const TIMEOUT = 120_000;
/** Longer than this is counted as this, in ms. */
const MAX_REDRAW = 20_000;

interface Redraw {
  readonly ms: number;
  /** Edits of the card that still showed the old state, between the press and its redraw. */
  readonly stale: number;
}

async function main(): Promise<void> {
  const deploy = { agents: fleet(), scale: SCALE };
  const [, ...others] = SERVERS;
  const trial = await startTrial({
    bot: ["node", "dist/src/main.js"],
    deploy,
    others: Object.fromEntries(others.map((name) => [name, deploy])),
    server: ["breaker: off"],
  });
  try {
    await trial.startBot();
    const cards: SlackMessage[] = [];
    for (const server of SERVERS) cards.push(await startRollout(trial, server));
    const { faults } = trial.slack;
    faults.order({ kind: "api-429", times: 100_000, method: "chat.postMessage", retryAfter: RETRY_AFTER });
    await until("failures on every server", () => servers(trial).every(isWellUnderWay), TIMEOUT);
    const redraws: Redraw[] = [];
    const alone: number[] = [];
    for (let i = 0; i < PRESSES; i += 1) {
      const card = cards[i % cards.length];
      alone.push(await byItself(trial));
      if (card) redraws.push(await press(trial, card));
      await pause(PAUSE);
    }
    faults.order({ kind: "api-429", times: 0, method: "chat.postMessage" });
    const posts = await until("the replies that waited", () => waitingPosts(trial), 2 * TIMEOUT);
    const stale = redraws.reduce((sum, redraw) => sum + redraw.stale, 0);
    const what = `${SERVERS.length} rollouts, ${posts} thread posts waiting, ${PRESSES} presses`;
    print(
      `press to redraw, ${what}, ${stale} edits of the old state in between`,
      redraws.map(({ ms }) => ms),
    );
    print("this machine by itself: one write to the disk and two requests", alone);
    await pause(PAUSE);
    const [first] = cards;
    if (first) process.stdout.write(`after Retry-After of chat.update: ${await pressWhileLimited(trial, first)} ms\n`);
  } finally {
    await trial.stop();
  }
}

/** The first of them fail, each in a way of its own. */
function fleet() {
  return Array.from({ length: AGENTS }, (_, i) => {
    const fault = FAULTS[i];
    return { name: `web-${String(i).padStart(3, "0")}`, ...(fault ? { fault } : {}) };
  });
}

async function startRollout(trial: Trial, server: string): Promise<SlackMessage> {
  const { acts, workspace } = trial.slack;
  acts.slash("U0ALICE", "C0ONCALL", `upgrade-required --server ${server}`);
  const isPlan = ({ blocks }: SlackMessage) =>
    JSON.stringify(blocks).includes(` on ${server}`) && buttonsOf(blocks).some(({ label }) => label === "Start");
  const plan = await until(`a plan of ${server}`, () => workspace.messages.find(isPlan), TIMEOUT);
  acts.press("U0ALICE", plan, "Start");
  const isCard = ({ only, thread, text }: SlackMessage) => !only && !thread && text.startsWith(`${server}-1:`);
  return until(`the card of ${server}`, () => workspace.messages.find(isCard), TIMEOUT);
}

function servers({ deploy, others }: Trial): readonly Deploy[] {
  return [deploy, ...others.values()];
}

/** Those that fail are the first, so they have failed by then. */
function isWellUnderWay(deploy: Deploy): boolean {
  return (deploy.truth().counts.ONLINE ?? 0) >= DONE;
}

/** Pauses the card's rollout, or continues it. */
async function press(trial: Trial, card: SlackMessage): Promise<Redraw> {
  const { acts, calls } = trial.slack;
  const [label, state] = card.text.includes(": paused") ? ["Resume", ": upgrading"] : ["Pause", ": paused"];
  const at = Date.now();
  const from = calls.length;
  acts.press("U0ALICE", card, label);
  const edits = () =>
    calls.slice(from).filter(({ method, ts, status }) => method === "chat.update" && ts === card.ts && status === 200);
  const shows = ({ text }: { readonly text: unknown }) => String(text).includes(state);
  const redraw = await until(`${label} on the card`, () => edits().find(shows), MAX_REDRAW).catch(() => undefined);
  return redraw ? { ms: redraw.at - at, stale: edits().findIndex(shows) } : { ms: MAX_REDRAW, stale: edits().length };
}

/** How long after Retry-After is over the card is drawn, in ms. */
async function pressWhileLimited(trial: Trial, card: SlackMessage): Promise<number> {
  const { calls, faults } = trial.slack;
  faults.order({ kind: "api-429", times: 1, method: "chat.update", retryAfter: RETRY_AFTER });
  const refused = await until(
    "a refused edit",
    () => calls.find(({ method, status }) => method === "chat.update" && status === 429),
    TIMEOUT,
  );
  const at = Date.now();
  const { ms } = await press(trial, card);
  return at + ms - (refused.at + RETRY_AFTER * 1000);
}

function waitingPosts({ slack }: Trial): number | undefined {
  const posts = slack.workspace.messages.filter(({ thread, only }) => thread !== undefined && only === undefined);
  return posts.length >= THREAD_POSTS ? posts.length : undefined;
}

/** How long this machine needs for what the way from a press to its card needs at least, in ms. */
async function byItself(trial: Trial): Promise<number> {
  const since = performance.now();
  const file = await open(join(trial.directory, "bench"), "a");
  await file.write("a press");
  await file.sync();
  await file.close();
  for (let i = 0; i < 2; i += 1) await (await fetch(`${trial.slack.url}/_standin/nothing`)).text();
  return Math.round(performance.now() - since);
}

function print(what: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
  process.stdout.write(`${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms\n`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await main();

/**
 * How Drydock does with a real fleet: 10,000 agents on a server that takes 30 ms for each answer, asked by somebody whose rights
 * have to be read agent by agent, and 50 people who ask at once. Figures are ratios to what this machine and the stand-in need
 * for the same by themselves, in the same run. `npm run bench`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { renderText } from "../playground/slack/block-kit.ts";
import { DEFAULT_PEOPLE } from "../playground/slack/workspace.ts";
import { startTrial, type Trial, until } from "../playground/trial.ts";

const AGENTS = 10_000;
const LATENCY = 30;
const AT_ONCE = 10;
const ASKING = 50;

async function main(): Promise<void> {
  const helpers = Array.from({ length: ASKING }, (_, i) => ({
    id: `U0HELP${i}`,
    name: `helper-${i}`,
    email: `helper-${i}@drydock.test`,
  }));
  const trial = await startTrial({
    bot: ["node", "dist/src/main.js"],
    deploy: {
      agents: Array.from({ length: AGENTS }, (_, i) => ({
        name: `data-${i}`,
        teams: [{ teamId: "t-data", teamLabel: "Data" }],
      })),
      latency: LATENCY,
    },
    slack: { people: [...DEFAULT_PEOPLE, ...helpers] },
  });
  try {
    await trial.startBot();
    const idle = memory(trial);
    await plan(trial);
    const peak = memory(trial);
    report("resident memory, MB: idle, with the plan, most so far", [idle.now, peak.now, peak.most]);
    report("of a bare Node process", [peak.most / bareNode()]);
    await acks(
      trial,
      helpers.map(({ id }) => id),
    );
  } finally {
    await trial.stop();
  }
}

async function plan(trial: Trial): Promise<void> {
  const list = await listAlone(trial);
  const since = performance.now();
  trial.slack.acts.slash("U0DAVE", "C0ONCALL", "upgrade-required");
  const said = (part: string) => () =>
    trial.slack.workspace.messages.some((message) => message.only === "U0DAVE" && renderText(message).includes(part));
  await until("the first card", said("Rights checked 0 of"), 60_000);
  const first = performance.now() - since;
  await until("the whole plan", said(`Upgrade ${AGENTS.toLocaleString("en")} of`), 300_000);
  const full = performance.now() - since;
  const least = (AGENTS / AT_ONCE) * LATENCY;
  report("first card, s, and how many times the bare list takes", [first / 1000, first / list]);
  report("full rights, s, and how many times what ten requests at once need at least", [full / 1000, full / least]);
  report("requests for one agent each, per agent", [
    (trial.deploy.requests.get("GET /cli/agentCLI/info") ?? 0) / AGENTS,
  ]);
}

/** What the list takes by itself, in ms: one request, parsed. */
async function listAlone({ deploy }: Trial): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${deploy.user}:${deploy.password}`).toString("base64")}`;
  const since = performance.now();
  await (await fetch(`${deploy.url}/cli/agentCLI`, { headers: { authorization } })).json();
  return performance.now() - since;
}

async function acks(trial: Trial, people: readonly string[]): Promise<void> {
  const { latencies } = trial.slack.sockets;
  const measured = async (act: () => void, count: number) => {
    const before = latencies.length;
    act();
    await until("every acknowledgement", () => latencies.length >= before + count, 60_000);
    return latencies.slice(before, before + count).sort((a, b) => a - b);
  };
  const [alone = 1] = await measured(() => trial.slack.acts.slash("U0ALICE", "C0ONCALL", "help"), 1);
  const answered = () => trial.slack.workspace.messages.length;
  const before = answered();
  const all = await measured(() => {
    for (const person of people) trial.slack.acts.slash(person, "C0ONCALL", "status");
  }, people.length);
  const p = (share: number) => all[Math.min(all.length - 1, Math.floor(share * all.length))] ?? 0;
  report(`acknowledgement, ms: one alone; of ${people.length} at once p50, p99`, [alone, p(0.5), p(0.99)]);
  await until("every answer", () => answered() >= before + people.length, 60_000);
}

function memory(trial: Trial): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${trial.pid()}/status`, "utf8");
  const megabytes = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  return { now: megabytes("VmRSS"), most: megabytes("VmHWM") };
}

/** What an empty Node process takes on this machine, in MB. */
function bareNode(): number {
  const script = "console.log(require('node:fs').readFileSync('/proc/self/status', 'utf8'))";
  const status = execFileSync("node", ["-e", script], { encoding: "utf8" });
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

function report(what: string, figures: readonly number[]): void {
  process.stdout.write(`${what}: ${figures.map((figure) => figure.toFixed(2)).join(", ")}\n`);
}

await main();

/**
 * A rollout of 300 agents in which everything goes wrong, and 100 times kill -9. `npm run chaos -- --seed 7`; the seed is printed, and
 * plays the same faults at the same numbers of requests again.
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { runChaos } from "./chaos.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    agents: { type: "string", default: "300" },
    kills: { type: "string", default: "100" },
    scale: { type: "string", default: "100" },
  },
});
const seed = Number(values.seed ?? randomInt(1_000_000));
const say = (line: string) => process.stdout.write(`${line}\n`);
say(`seed ${seed}, ${values.agents} agents, ${values.kills} kills. Again: npm run chaos -- --seed ${seed}`);
const problems = await runChaos({
  agents: Number(values.agents),
  kills: Number(values.kills),
  seed,
  scale: Number(values.scale),
  say,
});
for (const problem of problems) say(`PROBLEM: ${problem}`);
say(problems.length === 0 ? "all is well" : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/**
 * Three replicas on one PostgreSQL in which everything goes wrong: `npm run chaos:replicas -- --seed 7`. The same seed brings the same
 * faults in the same order. Ends with 1 if a promise was broken; times are printed and do not count.
 */
import { randomBytes, randomInt } from "node:crypto";
import { chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { NOBODY, runsAsRoot } from "../../playground/postgres/find-binaries.ts";
import { startPostgres } from "../../playground/postgres/start-postgres.ts";
import { runReplicasStorm } from "./replicas-storm.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    servers: { type: "string", default: "3" },
    agents: { type: "string", default: "300" },
    kills: { type: "string", default: "30" },
    stops: { type: "string", default: "3" },
    cuts: { type: "string", default: "3" },
    crashes: { type: "string", default: "2" },
    scale: { type: "string", default: "20" },
  },
});
const seed = Number(values.seed ?? randomInt(1_000_000));
const [servers, agents, kills, stops, cuts, crashes, scale] = (
  ["servers", "agents", "kills", "stops", "cuts", "crashes", "scale"] as const
).map((name) => Number(values[name])) as [number, number, number, number, number, number, number];
const began = performance.now();
const say = (line: string) =>
  process.stdout.write(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)}  ${line}\n`);
say(
  `seed ${seed}: ${servers} servers, ${agents} agents, ${kills} kills, ${stops} stops, ${cuts} cuts, ${crashes} crashes of PostgreSQL`,
);
const parent = mkdtempSync(join(tmpdir(), "drydock-storm-"));
const folder = join(parent, "postgres");
mkdirSync(folder, { mode: 0o700 });
if (runsAsRoot()) for (const one of [parent, folder]) chownSync(one, NOBODY, NOBODY);
const postgres = await startPostgres({ folder, password: randomBytes(12).toString("hex") });
process.once("exit", () => rmSync(parent, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const problems = await runReplicasStorm({ postgres, servers, agents, kills, stops, cuts, crashes, seed, scale, say });
await postgres.remove();
for (const problem of problems) say(`PROBLEM: ${problem}`);
say(
  problems.length === 0
    ? "all is well"
    : `${problems.length} problems. Again: npm run chaos:replicas -- --seed ${seed}`,
);
process.exit(problems.length === 0 ? 0 : 1);

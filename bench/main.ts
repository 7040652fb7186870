/**
 * Measures everything that docs/benchmarks.md shows, one bench after the other, and writes that page: `npm run bench`. With
 * `-- --large` it plays larger fleets too, and takes twice as long. What was measured stays in the folder `BENCH_RESULTS` if that is set.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { BENCHES, writeReport } from "./report.ts";

const kept = process.env.BENCH_RESULTS;
const folder = kept ?? mkdtempSync(join(tmpdir(), "drydock-bench-"));
mkdirSync(folder, { recursive: true });
const [load = 0] = loadavg();
let failed = false;
for (const name of BENCHES) {
  const args = ["--import", "tsx", join("bench", `${name}.ts`), ...process.argv.slice(2)];
  const env = { ...process.env, BENCH_RESULTS: folder };
  const { status } = spawnSync(process.execPath, args, { env, stdio: "inherit" });
  if (status === 0) continue;
  failed = true;
  process.stderr.write(`bench/${name}.ts failed (${status}): the page lacks its section.\n`);
}
process.exitCode = failed ? 1 : 0;
writeReport(folder, `; load before: ${load.toFixed(1)}`);
if (!kept) rmSync(folder, { recursive: true });

import { spawnSync } from "node:child_process";

/** Has Prometheus' own tool check the alert rules, and says so if it is not installed (Debian: the package prometheus). */
const { error, status } = spawnSync("promtool", ["check", "rules", "ops/alerts.yml"], { stdio: "inherit" });
if (error)
  process.stdout.write("promtool is not installed, so ops/alerts.yml was not checked by Prometheus' own tool.\n");
process.exitCode = error ? 0 : (status ?? 1);

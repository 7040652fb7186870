import { randomBytes } from "node:crypto";
import { chownSync, mkdirSync, rmSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { endServers, findBinaries, NOBODY, runsAsRoot } from "../../playground/postgres/find-binaries.ts";
import { folderForRun } from "./temporary-files.global.ts";

/**
 * Says before any test runs whether there is a PostgreSQL. Where there is none its tests are not run, and it is said at the end, where it
 * is read; with CI=true there has to be one. Each test file that needs a server starts it by itself.
 */
export default function setup(project: TestProject): () => void {
  const found = findBinaries();
  const noPostgres = typeof found === "string" ? found : "";
  if (noPostgres !== "" && process.env.CI === "true")
    throw new Error(`The tests on PostgreSQL have to run here (CI=true), and cannot. ${noPostgres}`);
  // The server runs as another user, who may not look into this user's folders.
  const folder = folderForRun("dp-");
  mkdirSync(folder, { mode: 0o700 });
  if (runsAsRoot()) chownSync(folder, NOBODY, NOBODY);
  project.provide("noPostgres", noPostgres);
  project.provide("postgresFolder", folder);
  project.provide("postgresPassword", randomBytes(12).toString("hex"));
  return () => {
    endServers(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    if (noPostgres !== "")
      process.stderr.write(`\n!!! NOT RUN: every test on PostgreSQL, for want of one. ${noPostgres}\n\n`);
  };
}

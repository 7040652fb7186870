/**
 * The demo of several replicas: a PostgreSQL, three Drydocks as processes of their own, and both stand-ins. Two of the Drydocks are killed
 * in the middle of a rollout.
 */
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AGENTS, playReplicas } from "./play-replicas.ts";
import { NOBODY, runsAsRoot } from "./postgres/find-binaries.ts";
import { startPostgres } from "./postgres/start-postgres.ts";
import { createReplicas, type Replicas } from "./replicas.ts";
import { runDemo, type Show } from "./run-demo.ts";
import { CannotRun } from "./run-program.ts";
import { startTrial, type Trial } from "./trial.ts";

const USAGE = `npm run demo:replicas -- [--port N] [--exit]

Plays an upgrade with three replicas of Drydock on one PostgreSQL, and kills two of them in the middle.
The server and Slack are simulated. The page stays up when the story is over: Ctrl-C ends it.

  --port N   where the page is (default: any port that is free)
  --exit     ends when the story is over, with 0 only if everything was right
  --help     prints this`;

/** The processes go by the machine's time. */
const SCALE = 90;
const PACE = "a minute takes two thirds of a second";

async function tell(show: Show): Promise<boolean> {
  if (!existsSync("dist/src/main.js")) throw new CannotRun('Drydock is not compiled. Run "npm run build" first.');
  console.log(`A simulation: the UrbanCode Deploy servers and Slack are stand-ins; ${PACE}.`);
  console.log("PostgreSQL and the three replicas of Drydock are real processes on this machine.");
  const database = await openDatabase(show);
  const replicas = createReplicas(3);
  const trial = await startTrial({
    deploy: { agents: Array.from({ length: AGENTS }, (_, i) => ({ name: `web-${i + 1}` })), seed: 5, scale: SCALE },
    others: { test: { agents: 5, scale: SCALE } },
    env: { DATABASE_URL: database, DRYDOCK_LEDGER_KEY: randomBytes(32).toString("hex") },
    bot: replicas.start,
  });
  show.atEnd(() => trial.stop());
  const page = await show.open(trial, () => PACE);
  const isRight = show.judge(await attempt(trial, replicas, show.narrate));
  if (show.stays)
    console.log(`\nThe page stays up until you press Ctrl-C: one replica is left, and answers you. ${page.url}`);
  return isRight;
}

/** The URL of a new PostgreSQL, which ends with the demo. */
async function openDatabase(show: Show): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "dp-"));
  show.atEnd(async () => rmSync(folder, { recursive: true, force: true }));
  // PostgreSQL refuses to run as root.
  if (runsAsRoot()) chownSync(folder, NOBODY, NOBODY);
  const server = await startPostgres({ folder, password: randomBytes(12).toString("hex") });
  show.atEnd(server.remove);
  return server.url;
}

async function attempt(trial: Trial, replicas: Replicas, narrate: Show["narrate"]): Promise<readonly string[]> {
  try {
    await trial.startBot();
    return await playReplicas(trial, replicas, narrate);
  } catch (error) {
    console.error(`\nWhat the replicas logged:\n${trial.log()}`);
    return [error instanceof Error ? error.message : String(error)];
  }
}

runDemo(USAGE, tell);

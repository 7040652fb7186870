/**
 * The demo: both stand-ins and Drydock, unchanged, play the main job while a web page shows it. Only Drydock is real.
 */
import open from "open";
import type { Clock } from "./clock.ts";
import { readOptions, readPort } from "./options.ts";
import { createPacedClock } from "./paced-clock.ts";
import { startPage } from "./page/start-page.ts";
import { ABOUT, APPROVALS, CHANNELS, FLEET, play, SERVER } from "./play.ts";
import { endOnSignals, runProgram } from "./run-program.ts";
import { inProcessStarter } from "./start-in-process.ts";
import { createTranscript } from "./transcript.ts";
import { startTrial, type Trial } from "./trial.ts";

const USAGE = `npm run demo -- [--port N] [--exit]

Plays an upgrade against a simulated server and a simulated Slack, and shows it on a web page.
The page stays up when the story is over: Ctrl-C ends it.

  --port N   where the page is (default: any port that is free)
  --exit     ends when the story is over, with 0 only if everything was right
  --help     prints this`;

const SPEED = 120;
/** For people: Drydock keeps a plan for half an hour, and a person needs longer than 15 s to read one and press Start. */
const SPEED_FOR_PEOPLE = 12;
/** With this one each upgrade takes a few minutes; with others some take twenty. */
const SEED = 983;
const PACE = "a minute takes half a second";
const PACE_FOR_PEOPLE = "a minute takes 5 seconds";

async function main(argv: readonly string[]): Promise<void> {
  const { port, exit } = readOptions(argv, {
    port: { type: "string", default: "0" },
    exit: { type: "boolean", default: false },
  });
  const ends: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  endOnSignals(stop);
  try {
    const isRight = await show(readPort(port), !exit, (end) => ends.push(end));
    if (!exit) return;
    await stop();
    process.exit(isRight ? 0 : 1);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Plays the story and prints it, on a page that stays up. Whether everything was right. */
async function show(port: number, stays: boolean, atEnd: (end: () => Promise<void>) => void): Promise<boolean> {
  console.log(`A simulation: the UrbanCode Deploy server and Slack are stand-ins; ${PACE}. Drydock is the real one.`);
  const clock = createPacedClock(SPEED);
  const trial = await startTrial({
    clock,
    deploy: { agents: FLEET, relays: { "relay-3": "7.1.2.9.1112000" }, seed: SEED },
    slack: { channels: CHANNELS },
    bot: inProcessStarter(clock),
    approvals: APPROVALS,
    server: SERVER,
  });
  atEnd(() => trial.stop());
  let playing = "Drydock starts.";
  let pace = PACE;
  const page = await startPage({ ...trial, about: ABOUT, pace: () => pace, playing: () => playing, port });
  atEnd(() => page.stop());
  console.log(`The page: ${page.url}`);
  if (stays) await openBrowser(page.url);
  const transcribe = createTranscript(trial.slack.workspace);
  trial.slack.workspace.on((happening) => {
    const lines = transcribe(happening);
    if (lines !== undefined) console.log(lines);
  });
  const wrong = await attempt(trial, clock, (line) => {
    playing = line.replace(/^=+ /, "");
    console.log(`\n${line}`);
  });
  playing = "";
  pace = PACE_FOR_PEOPLE;
  clock.setSpeed(SPEED_FOR_PEOPLE);
  if (wrong.length > 0) console.error(`\nNot as it should be:\n- ${wrong.join("\n- ")}`);
  else console.log("\nEverything was as it should be.");
  if (stays) console.log(whatToTry(trial, page.url));
  return wrong.length === 0;
}

/** Starts Drydock and plays; a step that cannot be played is one more thing that is wrong. */
async function attempt(trial: Trial, clock: Clock, narrate: (line: string) => void): Promise<readonly string[]> {
  try {
    await trial.startBot();
    return await play(trial, clock, narrate);
  } catch (error) {
    console.error(`\nWhat Drydock logged:\n${trial.log()}`);
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Opens the page if a person sits before the machine; its address has been printed anyway. */
async function openBrowser(url: string): Promise<void> {
  if (!process.stdout.isTTY) return;
  const browser = await open(url);
  browser.on("error", () => {});
}

function whatToTry({ slack, deploy }: Trial, page: string): string {
  return [
    "",
    `From now on ${PACE_FOR_PEOPLE}. The page stays up until you press Ctrl-C. Try things at ${page}, or from another terminal:`,
    `  curl -d '{"person":"U0ALICE","channel":"C0ONCALL","text":"upgrade-recommended --limit 3"}' ${slack.url}/_standin/slash`,
    `  curl ${slack.url}/_standin/messages        # find the plan's ts, then press its button:`,
    `  curl -d '{"person":"U0ALICE","channel":"C0ONCALL","ts":"…","button":"Start"}' ${slack.url}/_standin/press`,
    `  curl -u drydock:dry-dock-password ${deploy.url}/cli/agentCLI`,
    `  curl ${deploy.url}/_standin/state`,
  ].join("\n");
}

runProgram(USAGE, main);

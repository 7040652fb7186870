/**
 * The demo: both stand-ins and Drydock, unchanged, play the main job while a web page shows it. Only Drydock is real.
 */
import type { Clock } from "./clock.ts";
import { createPacedClock } from "./paced-clock.ts";
import { APPROVALS, CHANNELS, FLEET, play, SERVER } from "./play.ts";
import { runDemo, type Show } from "./run-demo.ts";
import { inProcessStarter } from "./start-in-process.ts";
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
/** Agents are away for about a minute, in place of three: the same story with half the work for the processor. */
const UPGRADE_SPEED = 3;
/** With this one each upgrade takes a minute or two; with others some take seven. */
const SEED = 983;
const PACE = "a minute takes half a second";
const PACE_FOR_PEOPLE = "a minute takes 5 seconds";

/** Plays the story and prints it, on a page that stays up. Whether everything was right. */
async function tell(show: Show): Promise<boolean> {
  console.log(`A simulation: the UrbanCode Deploy server and Slack are stand-ins; ${PACE}. Drydock is the real one.`);
  const clock = createPacedClock(SPEED);
  const trial = await startTrial({
    clock,
    deploy: { agents: FLEET, relays: { "relay-3": "7.1.2.9.1112000" }, seed: SEED, upgradeSpeed: UPGRADE_SPEED },
    slack: { channels: CHANNELS },
    bot: inProcessStarter(clock),
    approvals: APPROVALS,
    server: SERVER,
  });
  show.atEnd(() => trial.stop());
  let pace = PACE;
  const page = await show.open(trial, () => pace);
  const wrong = await attempt(trial, clock, show.narrate);
  pace = PACE_FOR_PEOPLE;
  clock.setSpeed(SPEED_FOR_PEOPLE);
  const isRight = show.judge(wrong);
  if (show.stays) console.log(whatToTry(trial, page.url));
  return isRight;
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

runDemo(USAGE, tell);

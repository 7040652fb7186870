/**
 * The trial: both stand-ins and Drydock, unchanged, play the main job while a web page shows it. Everything here is simulated
 * but Drydock itself. `-- --exit` ends with 0 only if what was seen was right; `-- --port N` says where the page is.
 */
import { parseArgs } from "node:util";
import open from "open";
import { startPage } from "./page/start-page.ts";
import { ABOUT, CHANNELS, FLEET, play } from "./play.ts";
import { transcript } from "./transcript.ts";
import { startTrial, type Trial } from "./trial.ts";

/** Simulated ms per real ms. */
const SCALE = 120;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { exit: { type: "boolean", default: false }, port: { type: "string", default: "0" } },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port wants a number from 0 to 65535, not "${values.port}". Example: --port 4646`);
  console.log(
    "A simulation: the UrbanCode Deploy server and the Slack workspace are stand-ins; a minute takes half a second. Drydock is the real one.",
  );
  const trial = await startTrial({
    deploy: { agents: FLEET, relays: { "relay-3": "7.1.2.9.1112000" }, seed: 7, scale: SCALE },
    slack: { channels: CHANNELS },
    bot: ["node", "--import", "tsx", "src/main.ts"],
    approvals: "{above: 16, count: 1}",
    server: ["never: [{glob: web-14, reason: demonstration machine}]", "approvers: {people: [U0BOB]}"],
  });
  const page = await startPage({ ...trial, about: ABOUT, pace: "a minute takes half a second", port });
  const stop = async (code: number) => {
    await page.stop();
    await trial.stop();
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop(0));
  console.log(`\nThe page: ${page.url}`);
  trial.slack.workspace.on((happening) => {
    if (happening.kind !== "view") console.log(transcript(trial, happening.kind, happening.message));
  });
  try {
    await trial.startBot();
    if (!values.exit) await show(page.url);
    const wrong = await play(trial);
    if (wrong.length > 0) console.error(`\nNot as it should be:\n- ${wrong.join("\n- ")}`);
    else console.log("\nAll as it should be.");
    if (values.exit || wrong.length > 0) return await stop(wrong.length > 0 ? 1 : 0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(trial.log());
    return await stop(1);
  }
  console.log(goOn(trial, page.url));
}

/** Opens the page where somebody sits before the machine; elsewhere its address has been said. */
async function show(url: string): Promise<void> {
  if (!process.stdout.isTTY) return;
  const browser = await open(url);
  browser.on("error", () => {});
}

function goOn({ slack, deploy }: Trial, page: string): string {
  return [
    "",
    `It stays up (Ctrl-C ends it). Go on by hand at ${page}, or from another terminal:`,
    `  curl -d '{"person":"U0ALICE","channel":"C0ONCALL","text":"upgrade-recommended"}' ${slack.url}/_standin/slash`,
    `  curl ${slack.url}/_standin/messages        # find the plan's ts, then press its button:`,
    `  curl -d '{"person":"U0ALICE","channel":"C0ONCALL","ts":"…","button":"Start"}' ${slack.url}/_standin/press`,
    `  curl -u drydock:dry-dock-password ${deploy.url}/cli/agentCLI`,
    `  curl ${deploy.url}/_standin/state`,
  ].join("\n");
}

void main();

/**
 * The trial: both stand-ins and Drydock, unchanged, play the main job and print the conversation as it happens.
 * Everything here is simulated but Drydock itself. `-- --exit` ends with 0 only if what was seen was right.
 */
import { parseArgs } from "node:util";
import type { AgentSeed } from "./deploy/fleet.ts";
import { renderText } from "./slack/block-kit.ts";
import type { SlackMessage } from "./slack/workspace.ts";
import { startTrial, type Trial, until } from "./trial.ts";

const SCALE = 120;
const PATIENCE = 90_000;

const FLEET: readonly AgentSeed[] = [
  ...Array.from({ length: 14 }, (_, i) => ({ name: `web-${String(i + 1).padStart(2, "0")}` })),
  { name: "db-prod-01", fault: "refused" },
  { name: "db-prod-02", fault: "never-offline" },
  { name: "edge-07", fault: "late-back" },
  { name: "build-03", status: "UPGRADE_RECOMMND" },
  { name: "build-04", status: "OFFLINE" },
  { name: "api-01", status: "ONLINE", version: "7.2.3.1.1150420" },
];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { exit: { type: "boolean", default: false } } });
  console.log(
    "A simulation: the UrbanCode Deploy server and the Slack workspace are stand-ins; a minute takes half a second. Drydock is the real one.\n",
  );
  const trial = await startTrial({
    deploy: { agents: FLEET, seed: 7, scale: SCALE },
    bot: ["node", "--import", "tsx", "src/main.ts"],
    approvals: "{above: 16, count: 1}",
    server: ["never: [{glob: web-14, reason: demonstration machine}]", "approvers: {people: [U0BOB]}"],
  });
  const stop = async (code: number) => {
    await trial.stop();
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop(0));
  trial.slack.workspace.on((happening) => {
    if (happening.kind !== "view") console.log(transcript(trial, happening.kind, happening.message));
  });
  try {
    await trial.startBot();
    const wrong = await play(trial);
    if (wrong.length > 0) console.error(`\nNot as it should be:\n- ${wrong.join("\n- ")}`);
    else console.log("\nAll as it should be.");
    if (values.exit || wrong.length > 0) return await stop(wrong.length > 0 ? 1 : 0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(trial.log());
    return await stop(1);
  }
  console.log(goOn(trial));
}

async function play(trial: Trial): Promise<readonly string[]> {
  const { workspace, acts } = trial.slack;
  const say = (person: string, text: string) => {
    console.log(`\n@${nameOf(trial, person)} in #on-call: /agents ${text}`);
    acts.slash(person, "C0ONCALL", text);
  };
  const told = (person: string, part: string) =>
    until(
      `${person} is told "${part}"`,
      () => workspace.messages.find((message) => message.only === person && renderText(message).includes(part)),
      PATIENCE,
    );
  const threaded = (part: string) =>
    until(
      `the thread says "${part}"`,
      () => workspace.messages.find((message) => message.thread !== undefined && renderText(message).includes(part)),
      PATIENCE,
    );

  say("U0ELSE", "upgrade-required");
  await told("U0ELSE", "not mapped");
  say("U0CAROL", "upgrade-required");
  await told("U0CAROL", "no permission 17");
  say("U0ALICE", 'upgrade-required --reason "patch night"');
  const plan = await told("U0ALICE", "[Start]");
  const shown = renderText(plan);
  console.log("\n@alice presses Start and confirms.");
  acts.press("U0ALICE", plan, "Start");
  await threaded("no write permission on AGENT_HOME/bin/air-agentupgrade.jar");
  await threaded("never went offline");
  await threaded("did not come back in time");
  const end = await threaded("prod-1 is finished");
  await threaded("edge-07` came back at");
  const card = await until(
    "the card counts the agent that came back",
    () =>
      workspace.messages.find(
        (message) =>
          message.channel === "C0ONCALL" &&
          !message.thread &&
          !message.only &&
          renderText(message).includes("14 of 16 upgraded, 2 failed."),
      ),
    PATIENCE,
  );
  const approved = await playApproval(trial, say, told, threaded);
  return check(trial, { shown, end: renderText(end), card: renderText(card), approved });
}

/** One more agent of the same person within a day: the server's rules want a second person now. */
async function playApproval(
  { slack: { workspace, acts }, deploy }: Trial,
  say: (person: string, text: string) => void,
  told: (person: string, part: string) => Promise<SlackMessage>,
  threaded: (part: string) => Promise<SlackMessage>,
): Promise<boolean> {
  const before = deploy.fleet.triggers.length;
  say("U0ALICE", "upgrade-recommended");
  acts.press("U0ALICE", await told("U0ALICE", "[Request approval]"), "Request approval");
  const request = await until(
    "the request is in the channel",
    () => workspace.messages.find((message) => !message.only && renderText(message).includes("[Approve]")),
    PATIENCE,
  );
  await threaded("prod-2 asks for 1 approval");
  const none = deploy.fleet.triggers.length === before;
  console.log("\n@bob presses Approve and confirms.");
  acts.press("U0BOB", request, "Approve");
  await threaded("prod-2 is finished: 1 of 1 upgraded.");
  return none;
}

function check(trial: Trial, seen: { shown: string; end: string; card: string; approved: boolean }): readonly string[] {
  const { fleet } = trial.deploy;
  const twice = [...fleet.agents.values()].filter((agent) => agent.duplicates > 0 || agent.accepted > 1);
  const left = [...fleet.agents.values()].filter((agent) => agent.name === "web-14" && agent.accepted > 0);
  const facts: readonly [string, boolean][] = [
    ["the plan has 16 of 17 agents", seen.shown.includes("Upgrade 16 of 17 agents on prod")],
    ["the plan names the never list", seen.shown.includes("demonstration machine")],
    ["13 were upgraded in time and 3 failed", seen.end.includes("13 of 16 upgraded, 3 failed.")],
    ["the card is finished", seen.card.includes("prod-1: finished")],
    ["the second rollout waited for its approval", seen.approved],
    ["nothing was asked to upgrade twice", twice.length === 0],
    ["the agent on the never list was left alone", left.length === 0],
    [`never more than ten in flight (${fleet.maxInFlight})`, fleet.maxInFlight <= 10],
  ];
  return facts.filter(([, right]) => !right).map(([fact]) => fact);
}

function transcript(trial: Trial, kind: string, message: SlackMessage): string {
  const channel = trial.slack.workspace.channels.find((candidate) => candidate.id === message.channel)?.name;
  const place = message.only
    ? `only @${nameOf(trial, message.only)} sees`
    : message.thread
      ? `#${channel}, thread`
      : `#${channel}${kind === "edited" ? ", card edited" : ""}`;
  const text = renderText(message).replace(/<@([A-Z0-9]+)>/g, (_match, id: string) => `@${nameOf(trial, id)}`);
  return `\n[${place}]\n${text.replace(/^/gm, "    ")}`;
}

function nameOf(trial: Trial, id: string): string {
  return trial.slack.workspace.people.find((person) => person.id === id)?.name ?? id;
}

function goOn({ slack, deploy }: Trial): string {
  return [
    "",
    "It stays up. Go on by hand from another terminal (Ctrl-C ends it):",
    `  curl -d '{"person":"U0ALICE","channel":"C0ONCALL","text":"upgrade-recommended"}' ${slack.url}/_standin/slash`,
    `  curl ${slack.url}/_standin/messages        # find the plan's ts, then press its button:`,
    `  curl -d '{"person":"U0ALICE","channel":"C0ONCALL","ts":"…","button":"Start"}' ${slack.url}/_standin/press`,
    `  curl -u drydock:dry-dock-password ${deploy.url}/cli/agentCLI`,
    `  curl ${deploy.url}/_standin/state`,
  ].join("\n");
}

void main();

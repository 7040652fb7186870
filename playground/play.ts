import type { AgentSeed } from "./deploy/fleet.ts";
import { renderText } from "./slack/block-kit.ts";
import { DEFAULT_CHANNELS, type SlackChannel, type SlackMessage } from "./slack/workspace.ts";
import { nameOf } from "./transcript.ts";
import { type Trial, until } from "./trial.ts";

const PATIENCE = 90_000;
const DATA = { teamId: "t-data", teamLabel: "Data" };

/** What wants an upgrade when the trial begins, each kind of trouble included; and enough that can wait, for people to go on with. */
export const FLEET: readonly AgentSeed[] = [
  ...Array.from({ length: 14 }, (_, i) => ({ name: `web-${numbered(i)}`, relayId: `relay-${1 + (i % 2)}` })),
  { name: "db-prod-01", fault: "refused" },
  { name: "db-prod-02", fault: "never-offline" },
  { name: "edge-07", fault: "late-back", relayId: "relay-2" },
  ...Array.from({ length: 40 }, (_, i) => ({
    name: `build-${numbered(i)}`,
    status: "UPGRADE_RECOMMND",
    teams: [DATA],
    relayId: `relay-${1 + (i % 3)}`,
  })),
  { name: "spare-01", status: "OFFLINE" },
  { name: "api-01", status: "ONLINE", version: "7.2.3.1.1150420" },
];

export const CHANNELS: readonly SlackChannel[] = [
  ...DEFAULT_CHANNELS,
  {
    id: "C0PARTNERS",
    name: "partners",
    bot: true,
    is_ext_shared: true,
    members: ["U0ALICE", "U0BOB", "U0GUEST", "U0STRANGE"],
  },
];

/** What is special about each person of the trial. */
export const ABOUT: Readonly<Record<string, string>> = {
  U0ALICE: "May upgrade every agent.",
  U0BOB: "May upgrade the agents of the team Web, and approves what others ask for.",
  U0CAROL: "May look at every agent and upgrade none. On call: may stop any rollout.",
  U0DAVE: "May upgrade the agents of the team Data, by a group.",
  U0TWIN: "Two users of the server have this e-mail address.",
  U0ELSE: "Has an e-mail address of a domain that does not count.",
  U0GUEST: "A guest, with alice's e-mail address.",
  U0STRANGE: "From another organisation, with alice's e-mail address.",
};

function numbered(i: number): string {
  return String(i + 1).padStart(2, "0");
}

/** Plays the main job as people would, and returns what was not as it should be. */
export async function play(trial: Trial): Promise<readonly string[]> {
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
  say("U0ALICE", "upgrade build-01");
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

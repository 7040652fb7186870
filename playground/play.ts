import type { Clock } from "./clock.ts";
import type { AgentSeed } from "./deploy/fleet.ts";
import { buttonFor } from "./messages.ts";
import { renderText } from "./slack/block-kit.ts";
import { DEFAULT_CHANNELS, type SlackChannel, type SlackMessage } from "./slack/workspace.ts";
import { createStage, type Stage } from "./stage.ts";
import type { Trial } from "./trial.ts";

const DATA = { teamId: "t-data", teamLabel: "Data" };

/**
 * The web agents upgrade well. The database agents all have the same fault, but for one with a fault of its own: so the
 * circuit breaker opens, in whichever order they are asked. The others are for people to go on with.
 */
export const FLEET: readonly AgentSeed[] = [
  ...Array.from({ length: 14 }, (_, i) => ({ name: `web-${numbered(i)}`, relayId: relay(i) })),
  ...Array.from({ length: 13 }, (_, i) => ({
    name: `db-prod-${numbered(i)}`,
    fault: "refused" as const,
    teams: [DATA],
    relayId: relay(i),
  })),
  { name: "db-prod-14", fault: "never-offline", teams: [DATA], relayId: "relay-2" },
  { name: "edge-07", fault: "late-back", relayId: "relay-2" },
  ...Array.from({ length: 40 }, (_, i) => ({
    name: `build-${numbered(i)}`,
    status: "UPGRADE_RECOMMND",
    teams: [DATA],
    relayId: relay(i),
  })),
  { name: "spare-01", status: "OFFLINE" },
  { name: "api-01", status: "ONLINE", version: "7.2.3.1.1150420" },
];

/**
 * Settings of the server `prod`. Behind each of the three relays at most 3 agents are in flight. When the third database
 * agent has failed, at most 12 of 14 have begun: agents still wait, so the breaker always opens.
 */
export const SERVER: readonly string[] = [
  "never: [{glob: web-14, reason: demonstration machine}]",
  "approvers: {people: [U0BOB]}",
  "breaker: {cause: {count: 3}}",
];

export const APPROVALS = "{above: 16, count: 1}";

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
  U0STRANGE: "From another organization, with alice's e-mail address.",
};

function numbered(i: number): string {
  return String(i + 1).padStart(2, "0");
}

function relay(i: number): string {
  return `relay-${1 + (i % 3)}`;
}

interface Act {
  readonly trial: Trial;
  readonly stage: Stage;
  /** Notes what has to be true. */
  readonly expect: (fact: string, right: boolean) => void;
}

/**
 * Plays the main job as people would, and returns what was not as it should be. Each step waits for what the one before it
 * brings about, never for a time.
 */
export async function play(trial: Trial, clock: Clock, narrate: (line: string) => void): Promise<readonly string[]> {
  const wrong: string[] = [];
  const act: Act = {
    trial,
    stage: createStage(trial, clock, narrate),
    expect: (fact, right) => void (right || wrong.push(fact)),
  };
  await playSuccess(act);
  await playBreaker(act);
  await playApproval(act);
  await playRefusals(act);
  await handOver(act);
  const { fleet } = trial.deploy;
  const agents = [...fleet.agents.values()];
  act.expect(
    "no agent is asked twice at a time",
    agents.every(({ duplicates }) => duplicates === 0),
  );
  act.expect("the agent on the never list is left alone", fleet.find("web-14")?.accepted === 0);
  act.expect(`never more than ten are in flight (${fleet.maxInFlight})`, fleet.maxInFlight <= 10);
  return wrong;
}

async function playSuccess({ trial, stage, expect }: Act): Promise<void> {
  stage.narrate("== 1. A rollout without trouble");
  const plan = await stage.ask("U0ALICE", 'upgrade-required --name "web-*" --reason "patch night"', canStart);
  expect("the plan has 13 agents", renderText(plan).includes("Upgrade 13 "));
  expect("the plan names the never list", renderText(plan).includes("demonstration machine"));
  stage.press("U0ALICE", plan, "start");
  await stage.ended("prod-1");
  expect("all 13 are upgraded", upgraded(trial, "web-") === 13);
}

async function playBreaker({ trial, stage, expect }: Act): Promise<void> {
  const { deploy } = trial;
  stage.narrate("== 2. Failures open the circuit breaker");
  const plan = await stage.ask("U0DAVE", 'upgrade-required --name "db-prod-*" --reason "patch night"', canStart);
  stage.press("U0DAVE", plan, "start");
  const halt = await stage.posted("prod-2/halt-1");
  stage.narrate("prod-2 paused itself. @dave is on call and reads the causes in its thread.");
  // The one with a fault of its own may still be in flight: Drydock watches it to its end.
  await stage.posted("prod-2/halt-1", () => !/in flight: .*db-prod-(?!14)/.test(renderText(halt)));
  const asked = requested(trial);
  const refused = asked - deploy.fleet.triggers.length;
  const cause = await stage.posted("prod-2/failed-jar-permission", says(new RegExp(`${refused} agents?: no write`)));
  stage.narrate("@dave mends the permissions on the hosts of the database agents.");
  for (const agent of deploy.fleet.agents.values()) if (agent.fault === "refused") agent.fault = undefined;
  expect("nothing begins while the rollout is paused", requested(trial) === asked);
  const card = await stage.posted("prod-2/card", (message) => buttonFor(message, "resume") !== undefined);
  stage.press("U0DAVE", card, "resume");
  await stage.posted("prod-2/card", (message) => buttonFor(message, "pause") !== undefined);
  stage.press("U0DAVE", cause, "retry");
  await stage.posted("prod-2/failed-never-offline");
  await stage.ended("prod-2");
  expect("13 of 14 are upgraded", upgraded(trial, "db-prod-") === 13);
  expect("the card counts 13 of 14", renderText(card).includes("13 of 14"));
}

/** More agents of the same person within a day: the server's rules require a second person now. */
async function playApproval({ trial, stage, expect }: Act): Promise<void> {
  stage.narrate("== 3. A second person approves");
  const asked = requested(trial);
  const plan = await stage.ask(
    "U0DAVE",
    "upgrade build-01 build-02 build-03 build-04",
    (answer) => buttonFor(answer, "request") !== undefined,
  );
  stage.press("U0DAVE", plan, "request");
  const request = await stage.posted("prod-3/card", (message) => buttonFor(message, "approve") !== undefined);
  expect("nothing begins before the approval", requested(trial) === asked);
  stage.press("U0BOB", request, "approve");
  await stage.ended("prod-3");
  expect("the 4 approved agents are upgraded", upgraded(trial, "build-") === 4);
}

async function playRefusals({ trial, stage, expect }: Act): Promise<void> {
  stage.narrate("== 4. Drydock refuses people without rights");
  const asked = requested(trial);
  const nobody = await stage.ask("U0ELSE", "upgrade-required", says(/mapped/));
  expect("a person without a user on the server cannot start", !canStart(nobody));
  const viewer = await stage.ask("U0CAROL", "upgrade-required", says(/you lack/));
  expect("a person who may only look cannot start", !canStart(viewer));
  expect("neither of them begins anything", requested(trial) === asked);
}

/** What the README suggests to type: @alice may start it without approval. */
async function handOver({ stage, expect }: Act): Promise<void> {
  stage.narrate("== 5. Your turn: press Start on the page, as @alice");
  const plan = await stage.ask("U0ALICE", "upgrade-recommended --limit 3", canStart);
  expect("the plan has 3 agents", renderText(plan).includes("Upgrade 3 "));
}

export function canStart(message: SlackMessage): boolean {
  return buttonFor(message, "start") !== undefined;
}

function says(words: RegExp): (message: SlackMessage) => boolean {
  return (message) => words.test(renderText(message));
}

function upgraded({ deploy }: Trial, prefix: string): number {
  const { fleet } = deploy;
  return [...fleet.agents.values()].filter(
    (agent) => agent.name.startsWith(prefix) && fleet.now(agent).version === fleet.target,
  ).length;
}

/** How many upgrades the server was asked for, those that it refused included. */
function requested({ deploy }: Trial): number {
  return deploy.requests.get("PUT /cli/agentCLI/upgrade") ?? 0;
}

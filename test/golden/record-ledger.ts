import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NewEvent } from "../../src/model/events.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { World } from "../simulation/run.ts";
import { OLD, type SimAgent, type SimFault } from "../simulation/server.ts";
import {
  eventsOf,
  GOLDEN_LEDGER,
  openGoldenLedger,
  pass,
  type RecordedState,
  RULES,
  STATE_FILE,
  STRICTER,
  type Story,
  setRelay,
  worldOn,
} from "./ledger-world.ts";

/**
 * Records the golden ledger: `node --import tsx test/golden/record-ledger.ts`. Read test/golden/README.md first: a new version of
 * Drydock has to open the ledger that an older one recorded, so it is not recorded anew to make a test pass.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const BEGIN = Date.UTC(2026, 10, 2, 9);
const NEW = "7.2.1.0.1";
const OLD_RELAY = "7.1.0.0.1";

function agents(name: string, count: number, given: { fault?: SimFault; relayId?: string } = {}): SimAgent[] {
  return Array.from({ length: count }, (_, i) => {
    const id = `${name}-${i + 1}`;
    return { id, relayId: given.relayId ?? `own-${id}`, fault: given.fault ?? "none", version: OLD, life: undefined };
  });
}

/** Behind a relay, and up to date. */
function behind(relayId: string, count: number): SimAgent[] {
  return agents(`behind-${relayId}`, count, { relayId }).map((agent) => ({ ...agent, version: NEW }));
}

const RELAYS = ["relay-a", "relay-b", "relay-c", "relay-d"];
const fleet = [
  ...agents("version", 4),
  ...["rights", "person", "policy", "scheduled"].flatMap((name) => agents(name, 2)),
  ...agents("breaker", 4, { fault: "refused" }),
  ...["canary", "running"].flatMap((name) => agents(name, 3)),
  ...["coverage", "request", "emergency"].flatMap((name) => agents(name, 6)),
  ...agents("zombie", 1, { fault: "never-back" }),
  ...RELAYS.flatMap((relay) => behind(relay, 2)),
];
const rules: Partial<Policy> = { ...RULES };
const folder = mkdtempSync(join(tmpdir(), "golden-"));
const file = join(folder, "golden.db");
const ledger = openGoldenLedger(file);
const world = await worldOn(ledger, {
  begin: BEGIN,
  agents: fleet,
  policy: rules,
  prepare({ server }) {
    for (const relay of RELAYS) setRelay(server, relay, true, OLD_RELAY);
  },
});
const rollouts: Record<string, Story> = {};

/** Makes a plan, presses its button, and answers with the rollout's id. */
async function begin(story: Story, person: string, command: string, label = "Start"): Promise<string> {
  const id = `prod-${Object.keys(rollouts).length + 1}`;
  await world.press(await world.say(command, person), label, person);
  rollouts[id] = story;
  await pass(world, 10 * SECOND);
  return id;
}

async function until(rollout: string, what: string, is: (event: NewEvent) => boolean): Promise<void> {
  const streams = [`rollout.${rollout}`, `upgrade.${rollout}.`];
  const isThere = async () =>
    (await eventsOf(ledger)).some((event) => streams.some((name) => event.stream.startsWith(name)) && is(event));
  for (let i = 0; i < 1_000 && !(await isThere()); i += 1) await world.step(10 * SECOND);
  if (!(await isThere())) throw new Error(`${rollout}: ${what} did not come. Its card: ${cardOf(world, rollout)}`);
}

const paused = (rollout: string, kind: string) =>
  until(rollout, `a pause of the kind ${kind}`, (event) => event.type === "rollout.paused" && event.data.kind === kind);

const cardOf = ({ slack }: World, rollout: string) => slack.text(`${rollout}/card`);

const upgrade = (name: string, flags: string) => `upgrade-required --name ${name}-* ${flags} --reason golden`;

async function recordPauses(): Promise<void> {
  const version = await begin("version pause", "U0ALICE", upgrade("version", "--slots 1"));
  world.server.version = NEW;
  await paused(version, "version");

  const rights = await begin("rights pause", "U0BOB", upgrade("rights", "--slots 1"));
  world.gone.add("U0BOB");
  await paused(rights, "rights");

  const person = await begin("person pause", "U0CAROL", upgrade("person", "--slots 1"));
  await world.say(`pause ${person}`, "U0CAROL");
  await paused(person, "person");

  const breaker = await begin("breaker pause", "U0DAVE", upgrade("breaker", ""));
  await paused(breaker, "breaker");

  const canary = await begin("canary pause", "U0ERIN", upgrade("canary", "--canary 1 --hold"));
  await paused(canary, "canary");

  const policy = await begin("policy pause", "U0HEIDI", "upgrade-required --name policy-* --slots 1");
  await world.drydock().stop();
  Object.assign(rules, STRICTER);
  await world.restart();
  await paused(policy, "policy");
}

async function recordCoverage(): Promise<void> {
  const coverage = await begin("coverage pause", "U0GRACE", upgrade("coverage", "--slots 1"), "Request approval");
  await approve(coverage, "U0CAROL");
  await approve(coverage, "U0DAVE");
  await until(coverage, "its start", ({ type }) => type === "rollout.started");
  await world.say("freeze prod golden", "U0CAROL");
  await paused(coverage, "coverage");
  await world.say("unfreeze prod", "U0CAROL");
}

async function recordRelay(): Promise<void> {
  const relay = await begin("relay pause", "U0FRANK", "upgrade-relay relay-a relay-b --reason golden");
  await until(relay, "the question for relay-a", ({ type }) => type === "relay.asked");
  setRelay(world.server, "relay-a", false, OLD_RELAY);
  await pass(world, MINUTE);
  for (const agent of world.server.agents.values())
    if (agent.relayId === "relay-a") {
      agent.fault = "never-back";
      agent.life = { by: "elsewhere", at: world.clock.now() - MINUTE, delay: 0, away: 0 };
    }
  setRelay(world.server, "relay-a", true, NEW);
  await paused(relay, "relay");
}

async function recordRest(): Promise<void> {
  const emergency = await begin("open review", "U0MALLORY", `upgrade-required --name emergency-* --emergency golden`);
  await until(emergency, "its end", ({ type }) => type === "rollout.ended");

  const request = await begin("one of two approvals", "U0IVAN", upgrade("request", ""), "Request approval");
  await approve(request, "U0CAROL");

  await begin("scheduled start", "U0JUDY", upgrade("scheduled", "--at 30m"), "Schedule");

  const inTurn = await begin("relay in its turn", "U0NIAJ", "upgrade-relay relay-c relay-d --reason golden");
  await until(inTurn, "the question for relay-c", ({ type }) => type === "relay.asked");
  setRelay(world.server, "relay-c", false, OLD_RELAY);
  await until(inTurn, "relay-c offline", (event) => event.type === "relay.observed" && !event.data.up);

  const zombie = await begin("zombie", "U0OLIVIA", upgrade("zombie", ""));
  await until(zombie, "a timeout", (event) => event.type === "upgrade.outcome" && event.data.holdsSlot);

  const running = await begin("running", "U0PEGGY", upgrade("running", ""));
  await until(running, "an upgrade in flight", ({ type }) => type === "upgrade.triggered");
}

async function approve(rollout: string, person: string): Promise<void> {
  await world.press(world.slack.view(`${rollout}/card`), "Approve", person);
  await pass(world, 10 * SECOND);
}

await recordPauses();
await recordRelay();
await recordCoverage();
await recordRest();
await world.drydock().stop();
if (world.violations.length + world.errors.length > 0)
  throw new Error([...world.violations, ...world.errors].join("\n"));
const last = (await eventsOf(ledger)).at(-1);
await ledger.close();
const state: RecordedState = {
  at: last?.at ?? BEGIN,
  version: world.server.version,
  relays: [...world.server.relays],
  agents: [...world.server.agents.values()],
  gone: [...world.gone],
  rollouts,
};
writeFileSync(STATE_FILE, `${JSON.stringify(state, null, 2)}\n`);
copyFileSync(file, GOLDEN_LEDGER);
rmSync(folder, { recursive: true });
process.stdout.write(`${last?.position} events until ${new Date(state.at).toISOString()}\n`);

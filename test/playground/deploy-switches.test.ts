import { afterEach, describe, expect, test } from "vitest";
import { wallClock } from "../../playground/clock.ts";
import { type DeployStandin, start, stopAll } from "../support/deploy-standin.ts";

afterEach(stopAll);

const HOUR = 3_600_000;
const FLEET = [
  { name: "web-1", relayId: "r1" },
  { name: "web-2", relayId: "r1" },
  { name: "web-3", relayId: "r2" },
  { name: "off", relayId: "r2", status: "OFFLINE" },
  { name: "new", status: null },
  { name: "barred", fault: "refused" as const },
];

function upgrade(deploy: DeployStandin, agent: string, user?: string) {
  return deploy.ask(`/cli/agentCLI/upgrade?agent=${agent}`, user, "PUT");
}

async function read(deploy: DeployStandin, path: string): Promise<unknown> {
  return JSON.parse((await deploy.ask(path)).body) as unknown;
}

async function agentNow(deploy: DeployStandin, name: string) {
  const { status, version } = (await read(deploy, `/cli/agentCLI/info?agent=${name}`)) as Record<string, string>;
  return [status, version];
}

const OLD = "6.2.7.1.960390";
const TARGET = "7.2.3.1.1150420";

describe("a relay that is down", () => {
  test("hides its agents, whose upgrades go on unseen, and takes no new ones", async () => {
    let now = 0;
    const deploy = await start({ agents: FLEET, clock: { ...wallClock, now: () => now } });
    await upgrade(deploy, "web-1");
    expect((await deploy.order("relay", { relay: "r1", up: false })).status).toBe(200);
    expect(await agentNow(deploy, "web-1")).toEqual(["OFFLINE", OLD]);
    expect(await agentNow(deploy, "web-2")).toEqual(["OFFLINE", OLD]);
    expect(await agentNow(deploy, "web-3")).toEqual(["UPGRADE_REQUIRED", OLD]);
    const refused = await upgrade(deploy, "web-2");
    expect([refused.status, refused.body]).toEqual([400, "Agent web-2 is offline"]);
    expect(deploy.truth()).toMatchObject({ inFlight: 1, relays: [{ id: "r1", up: false }, { up: true }] });
    now = HOUR;
    expect(await agentNow(deploy, "web-1")).toEqual(["OFFLINE", OLD]);
    expect(deploy.truth().inFlight).toBe(0);
    deploy.setRelay("r1", true);
    expect(await agentNow(deploy, "web-1")).toEqual(["ONLINE", TARGET]);
    expect(await agentNow(deploy, "web-2")).toEqual(["UPGRADE_REQUIRED", OLD]);
  });

  test("shows in every list of relays", async () => {
    const deploy = await start({ agents: FLEET, clock: { ...wallClock, now: () => 5_000 } });
    deploy.setRelay("r2", false);
    const r2 = { id: "r2", name: "r2", status: "OFFLINE", totalAgents: 2, activeAgents: 0, lastContact: 5_000 };
    const r1 = { id: "r1", status: "ONLINE", totalAgents: 2, activeAgents: 2, communicationVersion: "JMS" };
    expect(await read(deploy, "/cli/relay")).toMatchObject([r1, r2]);
    expect(await read(deploy, "/cli/relay/statuses")).toEqual({ ONLINE: 1, OFFLINE: 1 });
    expect(await read(deploy, "/rest/relay")).toMatchObject([r1, r2]);
    expect(await read(deploy, "/rest/relay?relayName=r2")).toMatchObject([r2]);
    expect(await read(deploy, "/rest/relay/r2")).toMatchObject({ ...r2, extendedSecurity: { teams: [] } });
    expect((await deploy.ask("/rest/relay/r9")).status).toBe(404);
  });
});

describe("a relay that is upgraded on its host", () => {
  const MINUTE = 60_000;
  const relay = async (deploy: DeployStandin) => {
    const [first] = (await read(deploy, "/cli/relay")) as readonly Record<string, string>[];
    return [first?.status, first?.version];
  };

  test("goes offline with its agents, comes back at the server's version, and its agents soon after", async () => {
    let now = 0;
    const deploy = await start({ agents: FLEET, relays: { r1: OLD }, clock: { ...wallClock, now: () => now } });
    expect(await relay(deploy)).toEqual(["ONLINE", OLD]);
    expect((await deploy.order("upgrade-relay", { relay: "r1" })).status).toBe(200);
    now = MINUTE;
    expect(await relay(deploy)).toEqual(["OFFLINE", OLD]);
    expect(await agentNow(deploy, "web-1")).toEqual(["OFFLINE", OLD]);
    expect(await agentNow(deploy, "web-3")).toEqual(["UPGRADE_REQUIRED", OLD]);
    now = 2 * MINUTE;
    expect(await relay(deploy)).toEqual(["ONLINE", TARGET]);
    expect(await agentNow(deploy, "web-1")).toEqual(["OFFLINE", OLD]);
    now = 3 * MINUTE;
    expect(await agentNow(deploy, "web-1")).toEqual(["UPGRADE_REQUIRED", OLD]);
  });

  test("may come back as it was, or not at all, and agents may not find back", async () => {
    let now = 0;
    const deploy = await start({ agents: FLEET, relays: { r1: OLD }, clock: { ...wallClock, now: () => now } });
    deploy.upgradeRelay("r1", { ends: "back-old", lost: ["web-2"] });
    now = HOUR;
    expect(await relay(deploy)).toEqual(["ONLINE", OLD]);
    expect([await agentNow(deploy, "web-1"), await agentNow(deploy, "web-2")]).toEqual([
      ["UPGRADE_REQUIRED", OLD],
      ["OFFLINE", OLD],
    ]);
    deploy.upgradeRelay("r1", { ends: "never-back" });
    now = 2 * HOUR;
    expect(await relay(deploy)).toEqual(["OFFLINE", OLD]);
    deploy.setRelay("r1", true);
    expect(await relay(deploy)).toEqual(["ONLINE", OLD]);
    expect(await agentNow(deploy, "web-2")).toEqual(["UPGRADE_REQUIRED", OLD]);
  });
});

test("an account that may view no relays is shown none", async () => {
  const deploy = await start({ agents: FLEET });
  deploy.conditions.relaysHidden = true;
  expect(await read(deploy, "/cli/relay")).toEqual([]);
  expect(await read(deploy, "/cli/relay/statuses")).toEqual({});
  expect((await deploy.ask("/rest/relay/r1")).status).toBe(404);
});

test("while disks are full an upgrade comes back at the old version; afterwards the same agent succeeds", async () => {
  let now = 0;
  const deploy = await start({ agents: FLEET, clock: { ...wallClock, now: () => now } });
  expect((await deploy.order("disk", { full: true })).status).toBe(200);
  await upgrade(deploy, "web-1");
  expect(deploy.truth().diskFull).toBe(true);
  deploy.setDiskFull(false);
  now = HOUR;
  expect(await agentNow(deploy, "web-1")).toEqual(["UPGRADE_REQUIRED", OLD]);
  await upgrade(deploy, "web-1");
  now = 2 * HOUR;
  expect(await agentNow(deploy, "web-1")).toEqual(["ONLINE", TARGET]);
});

describe("upgrades that somebody else starts", () => {
  test("take agents that ask for one, and are told apart from ours", async () => {
    const deploy = await start({ agents: FLEET, clock: { ...wallClock, now: () => 0 } });
    await upgrade(deploy, "web-1");
    expect((await deploy.order("elsewhere", { agents: 1 })).json).toEqual({ ok: true, agents: ["web-2"] });
    expect(deploy.upgradeElsewhere(5)).toEqual(["web-3"]);
    expect(deploy.upgradeElsewhere(1)).toEqual([]);
    expect(deploy.truth()).toMatchObject({
      inFlight: 3,
      inFlightOurs: 1,
      inFlightElsewhere: 2,
      maxInFlight: 3,
      maxInFlightOurs: 1,
    });
    expect(deploy.fleet.triggers.map(({ user }) => user)).toEqual(["drydock", "admin", "admin"]);
    expect(
      deploy
        .truth()
        .agents.filter(({ elsewhere }) => elsewhere)
        .map(({ name }) => name),
    ).toEqual(["web-2", "web-3"]);
  });

  test("are no longer marked when they are over", async () => {
    let now = 0;
    const deploy = await start({ agents: FLEET, clock: { ...wallClock, now: () => now } });
    deploy.upgradeElsewhere(2);
    now = HOUR;
    expect(deploy.truth().agents.some(({ elsewhere, inFlight }) => elsewhere || inFlight)).toBe(false);
    await upgrade(deploy, "web-3");
    expect(deploy.truth()).toMatchObject({ inFlightOurs: 1, inFlightElsewhere: 0, maxInFlightOurs: 1 });
  });
});

test("the state tells everything: agents, relays, trouble and counts", async () => {
  let now = 0;
  const deploy = await start({ agents: FLEET, clock: { ...wallClock, now: () => now } });
  await deploy.order("trouble", { kind: "slow", seconds: 8 });
  await deploy.order("fault", { agent: "web-1", fault: "never-back" });
  now = 3_000;
  const state = (await (await fetch(`${deploy.url}/_standin/state`)).json()) as Record<string, unknown>;
  expect(state).toEqual(JSON.parse(JSON.stringify(deploy.truth())));
  expect(state).toMatchObject({
    trouble: { kind: "slow", secondsLeft: 5 },
    diskFull: false,
    counts: { UPGRADE_REQUIRED: 4, OFFLINE: 1, NEVER_CONTACTED: 1 },
    relays: [
      { id: "r1", name: "r1", up: true, agents: 2 },
      { id: "r2", name: "r2", up: true, agents: 2 },
    ],
  });
  expect((state.agents as object[])[0]).toMatchObject({
    name: "web-1",
    relay: "r1",
    status: "UPGRADE_REQUIRED",
    fault: "never-back",
    inFlight: false,
    elsewhere: false,
  });
  now = 9_000;
  expect(deploy.truth().trouble).toEqual({ kind: "none", secondsLeft: 0 });
});

test.each([
  ["relay", { relay: "r9", up: true }, 'There is no relay "r9". Known: r1, r2.'],
  ["relay", { relay: "r1" }, '/_standin/relay wants "up" as a boolean. Example: {"relay": "relay-1", "up": false}'],
  ["upgrade-relay", { relay: "r9" }, 'There is no relay "r9". Known: r1, r2.'],
  [
    "upgrade-relay",
    { relay: "r1", ends: "odd" },
    'A relay\'s upgrade cannot end as "odd". Known: done, never-back, back-old.',
  ],
  ["disk", { full: "yes" }, '/_standin/disk wants "full" as a boolean. Example: {"full": true}'],
  ["disk", null, '/_standin/disk wants "full" as a boolean. Example: {"full": true}'],
  ["elsewhere", { agents: 0 }, 'The number of agents wants to be a whole number from 1 on, not "0".'],
  ["fault", { agent: "none" }, 'There is no agent "none".'],
  ["fault", { agent: "web-1", fault: "no-such" }, 'There is no fault "no-such". Known: offline-late'],
  ["trouble", { kind: "no-such" }, 'There is no trouble "no-such". Known: none, unreachable, failing, slow, silent.'],
  ["trouble", { kind: "slow", seconds: -1 }, "seconds wants a number from 0 on"],
])("POST /_standin/%s %j is refused with a sentence", async (path, body, sentence) => {
  const deploy = await start({ agents: FLEET });
  const { status, json } = await deploy.order(path, body);
  expect([status, json.error]).toEqual([400, expect.stringContaining(sentence)]);
  expect((await deploy.order("nothing", {})).status).toBe(404);
});

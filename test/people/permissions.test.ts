import { afterEach, describe, expect, test } from "vitest";
import {
  type AgentTeam,
  DEFAULT_DIRECTORY,
  type Directory,
  SYSTEM_TEAM,
  type User,
} from "../../playground/deploy/people.ts";
import { type Deploy, type DeployOptions, startDeploy } from "../../playground/deploy/start-deploy.ts";
import type { Credentials } from "../../src/adapters/urbancode/credentials.ts";
import { createUrbanCode } from "../../src/adapters/urbancode/urbancode.ts";
import type { UrbanCode } from "../../src/model/deploy-server.ts";
import type { RoleNames } from "../../src/model/role-names.ts";
import { DEFAULT_LIMITS } from "../../src/model/server/limits.ts";
import { DEFAULT_DEADLINES } from "../../src/model/upgrade/deadlines.ts";
import { lastLook } from "../../src/monitor/last-look.ts";
import { createOwnerReadings } from "../../src/monitor/owner-readings.ts";
import { readGrants } from "../../src/people/read-grants.ts";
import { readRights } from "../../src/people/read-rights.ts";
import { plainCause } from "../../src/phrases/cause-text.ts";
import { createFleet } from "../../src/servers/fleet.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { change, openHouse, stopAll, takeOff } from "../support/own-tokens.ts";
import { policyWith } from "../support/policy.ts";
import { keepLog } from "../support/silent-log.ts";

const ends: (() => Promise<unknown>)[] = [];
type House = Awaited<ReturnType<typeof openHouse>>;

afterEach(async () => {
  await stopAll();
  for (const end of ends.splice(0).reverse()) await end();
});

const WANTED = ["View Agents", "Edit Basic Settings", "Upgrade Agents"];
const PROD = { id: "t-prod", name: "Production Agent" };
const WEB: AgentTeam = { teamId: "t-web", teamLabel: "Web" };
const WEB_PROD: AgentTeam = { ...WEB, resourceRoleId: PROD.id, resourceRoleLabel: PROD.name };
const DATA: AgentTeam = { teamId: "t-data", teamLabel: "Data" };

/** One person, by this membership alone; Drydock's own account sees everything. */
function directoryWith(
  member: { readonly team: string; readonly role: string; readonly group?: boolean },
  user: Partial<User> = {},
): Directory {
  const joined = member.group ? { group: "g-some" } : { user: "u-one" };
  const role = (name: string, subtype?: typeof PROD) => ({ name, ...(subtype ? { resourceRole: subtype } : {}) });
  return {
    users: [
      ...DEFAULT_DIRECTORY.users,
      { id: "u-one", name: "one", email: "one@example.com", password: "one", groups: ["g-some"], ...user },
    ],
    groups: [{ id: "g-some", name: "Some" }],
    roles: [
      ...DEFAULT_DIRECTORY.roles,
      { id: "r-prod", name: "Prod Upgrader", actions: WANTED.map((name) => role(name, PROD)) },
      { id: "r-both", name: "Any Upgrader", actions: WANTED.flatMap((name) => [role(name), role(name, PROD)]) },
      { id: "r-old", name: "Old Upgrader", actions: WANTED.slice(0, 2).map((name) => role(name)) },
    ],
    teams: [SYSTEM_TEAM, "t-web", "t-data"].map((id) => ({
      id,
      name: id === SYSTEM_TEAM ? "System Team" : id === "t-web" ? "Web" : "Data",
      members: [
        ...(id === SYSTEM_TEAM ? [{ user: "u-drydock", role: "r-admin" }] : []),
        ...(member.team === id ? [{ ...joined, role: member.role }] : []),
      ],
    })),
  };
}

function connect(deploy: Deploy, credentials: Credentials): UrbanCode {
  const client = createUrbanCode(
    { name: "prod", url: deploy.url, credentials, requestDeadline: 2_000 },
    { clock: systemClock, random: systemRandom, log: keepLog() },
  );
  ends.push(() => client.close());
  return client;
}

async function open(options: DeployOptions, roleNames?: RoleNames): Promise<{ deploy: Deploy; server: ManagedServer }> {
  const deploy = await startDeploy(options);
  ends.push(() => deploy.stop());
  const urbancode = connect(deploy, { kind: "basic", user: deploy.user, password: deploy.password });
  const policy = policyWith({
    required: WANTED.slice(0, 2),
    whereKnown: ["Upgrade Agents"],
    ...(roleNames ? { roleNames } : {}),
  });
  const watch = { inFlight: 1_000, fleet: 1_000, idle: null, tick: 1_000 };
  const fleet = createFleet(urbancode, { clock: systemClock });
  return {
    deploy,
    server: {
      name: "prod",
      url: deploy.url,
      policy,
      deadlines: DEFAULT_DEADLINES,
      limits: DEFAULT_LIMITS,
      watch,
      urbancode,
      fleet,
    },
  };
}

/** What Drydock says is missing, and what the server itself says to the person. */
async function bothWords(deploy: Deploy, server: ManagedServer) {
  const agents = await server.urbancode.list();
  const user = await server.urbancode.user("one");
  const grants = await readGrants(server, user);
  const { missing } = await readRights({ server, grants, own: undefined, agents, fresh: true }, {});
  const theirs = connect(deploy, { kind: "basic", user: "one", password: "one" });
  const [agent] = agents;
  const own = await theirs.info(agent?.id ?? "").catch(() => undefined);
  const known = own ? WANTED.filter((name) => own.callerRights.has(name)) : WANTED;
  return {
    drydock: missing.get(agent?.id ?? ""),
    server: known.filter((name) => own?.callerRights.get(name) !== true),
  };
}

const NONE: readonly string[] = [];
interface Row {
  readonly who: string;
  readonly member: Parameters<typeof directoryWith>[0];
  readonly agent: readonly AgentTeam[];
  readonly missing: readonly string[];
  readonly server?: DeployOptions;
}

describe("what somebody may do on an agent, as Drydock computes it and as the server tells them itself", () => {
  test.each<Row>([
    { who: "on the agent's team", member: { team: "t-web", role: "r-upgrader" }, agent: [WEB], missing: NONE },
    { who: "on another team", member: { team: "t-data", role: "r-upgrader" }, agent: [WEB], missing: WANTED },
    { who: "on one of its teams", member: { team: "t-data", role: "r-upgrader" }, agent: [WEB, DATA], missing: NONE },
    { who: "in no team", member: { team: "", role: "" }, agent: [WEB], missing: WANTED },
    {
      who: "with a role that carries less",
      member: { team: "t-web", role: "r-viewer" },
      agent: [WEB],
      missing: WANTED.slice(1),
    },
    {
      who: "in a group that has the role",
      member: { team: "t-web", role: "r-upgrader", group: true },
      agent: [WEB],
      missing: NONE,
    },
    {
      who: "in a group, on another team",
      member: { team: "t-data", role: "r-upgrader", group: true },
      agent: [WEB],
      missing: WANTED,
    },
    {
      who: "with a right for the standard type, on a subtype",
      member: { team: "t-web", role: "r-upgrader" },
      agent: [WEB_PROD],
      missing: WANTED,
    },
    {
      who: "with a right for the subtype, on it",
      member: { team: "t-web", role: "r-prod" },
      agent: [WEB_PROD],
      missing: NONE,
    },
    {
      who: "with a right for the subtype, on the standard type",
      member: { team: "t-web", role: "r-prod" },
      agent: [WEB],
      missing: WANTED,
    },
    {
      who: "with a right for the subtype, in a group",
      member: { team: "t-web", role: "r-prod", group: true },
      agent: [WEB_PROD],
      missing: NONE,
    },
    {
      who: "on the System Team",
      member: { team: SYSTEM_TEAM, role: "r-upgrader" },
      agent: [WEB_PROD],
      missing: NONE,
    },
    {
      who: "on the System Team, of an agent without a team",
      member: { team: SYSTEM_TEAM, role: "r-upgrader" },
      agent: [],
      missing: NONE,
    },
    {
      who: "on the System Team through a group",
      member: { team: SYSTEM_TEAM, role: "r-upgrader", group: true },
      agent: [DATA],
      missing: NONE,
    },
    {
      who: "on the System Team for a subtype, on the standard type",
      member: { team: SYSTEM_TEAM, role: "r-prod" },
      agent: [WEB],
      missing: WANTED,
    },
    {
      who: "without Upgrade Agents, where the server has it",
      member: { team: "t-web", role: "r-old" },
      agent: [WEB],
      missing: ["Upgrade Agents"],
    },
    {
      who: "without Upgrade Agents, where the server does not know it (before 6.2.7)",
      member: { team: "t-web", role: "r-old" },
      agent: [WEB],
      missing: NONE,
      server: { knowsUpgradeAgents: false },
    },
  ])("$who", async ({ member, agent, missing, server }) => {
    const { deploy, server: managed } = await open({
      agents: [{ name: "a", teams: agent }],
      directory: directoryWith(member),
      ...server,
    });
    const words = await bothWords(deploy, managed);
    expect(words.drydock).toEqual(missing);
    expect(words.server).toEqual(missing);
  });
});

describe("where nobody may read /security", () => {
  const NAMES: RoleNames = {
    "Agent Upgrader": { permissions: WANTED, subtypes: [] },
    "Any Upgrader": { permissions: WANTED, subtypes: [PROD.name] },
  };

  test.each<Row>([
    {
      who: "a listed role on the agent's team",
      member: { team: "t-web", role: "r-upgrader" },
      agent: [WEB],
      missing: NONE,
    },
    {
      who: "a listed role of a group",
      member: { team: "t-web", role: "r-upgrader", group: true },
      agent: [WEB],
      missing: NONE,
    },
    {
      who: "a listed role on another team",
      member: { team: "t-data", role: "r-upgrader" },
      agent: [WEB],
      missing: WANTED,
    },
    {
      who: "a listed role on a subtype that is not listed for it",
      member: { team: "t-web", role: "r-upgrader" },
      agent: [WEB_PROD],
      missing: WANTED,
    },
    {
      who: "a listed role on a subtype that is listed by its name",
      member: { team: "t-web", role: "r-both" },
      agent: [WEB_PROD],
      missing: NONE,
    },
    {
      who: "a listed role on the System Team",
      member: { team: SYSTEM_TEAM, role: "r-upgrader" },
      agent: [WEB],
      missing: NONE,
    },
  ])("$who", async ({ member, agent, missing }) => {
    const { deploy, server } = await open(
      { agents: [{ name: "a", teams: agent }], directory: directoryWith(member), securityHidden: true },
      NAMES,
    );
    const words = await bothWords(deploy, server);
    expect(words.drydock).toEqual(missing);
    // Never more than the server itself would say.
    expect(words.server.filter((name) => !words.drydock?.includes(name))).toEqual([]);
  });

  test.each([
    ["a role that is not listed", NAMES],
    ["no list at all", undefined],
  ])("%s is no right", async (_what, names) => {
    const directory = directoryWith({ team: "t-web", role: "r-prod" });
    const { server } = await open(
      { agents: [{ name: "a", teams: [WEB_PROD] }], directory, securityHidden: true },
      names,
    );
    const user = await server.urbancode.user("one");
    await expect(readGrants(server, user)).rejects.toThrow(
      "Drydock could not read your permissions on prod, so you have none there now.",
    );
  });

  test("a role that is not listed counts as nothing beside one that is, and is named", async () => {
    const directory = directoryWith({ team: "t-web", role: "r-upgrader" });
    const teams = directory.teams.map((team) =>
      team.id === "t-data" ? { ...team, members: [{ user: "u-one", role: "r-prod" }] } : team,
    );
    const { server } = await open({ agents: [], directory: { ...directory, teams }, securityHidden: true }, NAMES);
    const grants = await readGrants(server, await server.urbancode.user("one"));
    expect(grants.unread).toEqual(["Prod Upgrader"]);
    expect(grants.roles.get("r-prod")?.actions).toEqual([]);
  });

  test("where roles can be read, the list adds nothing to what the server says of them", async () => {
    const directory = directoryWith({ team: "t-web", role: "r-viewer" });
    const { deploy, server } = await open(
      { agents: [{ name: "a", teams: [WEB] }], directory },
      { "Agent Viewer": { permissions: WANTED, subtypes: [] } },
    );
    expect((await bothWords(deploy, server)).drydock).toEqual(WANTED.slice(1));
  });
});

test("CVE-2021-29711: the server takes an upgrade from somebody who may not, and Drydock does not ask for it", async () => {
  const { deploy, server } = await open({
    agents: [{ name: "a", teams: [WEB] }],
    directory: directoryWith({ team: "t-web", role: "r-viewer" }),
    unchecked: true,
  });
  expect((await bothWords(deploy, server)).drydock).toEqual(WANTED.slice(1));
  const [agent] = await server.urbancode.list();
  const theirs = connect(deploy, { kind: "basic", user: "one", password: "one" });
  expect(await theirs.trigger(agent?.id ?? "")).toMatchObject({ kind: "accepted" });
});

describe("rights lost between the start and the trigger of an agent", () => {
  const OTHER: AgentTeam = { teamId: "t-data", teamLabel: "Data" };
  test.each<readonly [string, (house: House) => void, "go" | "pause" | "skip", string]>([
    ["nothing was lost", () => {}, "go", ""],
    ["the role is gone", ({ directory }) => takeOff(directory, "u-alice"), "pause", "no longer has View Agents"],
    [
      "the account is locked",
      ({ directory }) => change(directory, "alice", { isLockedOut: true }),
      "pause",
      "deleted or locked",
    ],
    [
      "the account is deleted",
      ({ directory }) => change(directory, "alice", { deleted: true }),
      "pause",
      "deleted or locked",
    ],
    [
      "the account was made again under its name",
      ({ directory }) => change(directory, "alice", { id: "u-alice-again" }),
      "pause",
      "they are another user on the server now",
    ],
    ["the person left Slack", ({ kinds }) => void kinds.set("U0ALICE", "deleted"), "pause", "deactivated in Slack"],
    [
      "the role is on another team now, where this agent is not",
      ({ directory }) => {
        takeOff(directory, "u-alice");
        directory.teams.push({ id: OTHER.teamId, name: "Data", members: [{ user: "u-alice", role: "r-upgrader" }] });
      },
      "skip",
      "the owner lacks View Agents, Edit Basic Settings, Upgrade Agents on it now",
    ],
  ])("%s", async (_what, lose, kind, why) => {
    // The server itself would take it from anybody (CVE-2021-29711): what is refused here is refused by Drydock alone.
    const house = await openHouse({ deploy: { unchecked: true } });
    const agent = await house.running("prod-1", "U0ALICE", "alice");
    await house.identities.on(house.server, "U0ALICE");
    const rollout = house.projections.rollouts.get("prod-1");
    if (!rollout) throw new Error("no rollout");
    lose(house);
    const look = await lastLook(
      house.server,
      rollout,
      agent,
      { owners: createOwnerReadings(house), clock: house.clock },
      true,
    );
    expect(look.kind).toBe(kind);
    const [said] = "blocked" in look ? [look.blocked].flat() : [];
    expect(said ? plainCause(said.cause) : "").toContain(why);
  });
});

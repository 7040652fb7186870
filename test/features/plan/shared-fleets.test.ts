import fc from "fast-check";
import { expect, test } from "vitest";
import { openMemoryLedger } from "../../../src/adapters/memory/memory-ledger.ts";
import { parseArguments } from "../../../src/conversation/arguments.ts";
import type { Agent } from "../../../src/core/agent.ts";
import { BOTH_STATUSES, type PlanResult, type Selection } from "../../../src/features/plan/plan-port.ts";
import { createPlans } from "../../../src/features/plan/plans.ts";
import { readSelection, SELECTION_FLAGS } from "../../../src/features/plan/read-selection.ts";
import type { UrbanCode } from "../../../src/model/deploy-server.ts";
import { SYSTEM_TEAM_ID } from "../../../src/model/rights.ts";
import { DEFAULT_LIMITS } from "../../../src/model/server/limits.ts";
import { DEFAULT_DEADLINES } from "../../../src/model/upgrade/deadlines.ts";
import { createAuthorize } from "../../../src/people/authorize.ts";
import type { Identities } from "../../../src/people/identity.ts";
import { openProjections } from "../../../src/projections/projections.ts";
import { createFleet } from "../../../src/servers/fleet.ts";
import type { ManagedServer } from "../../../src/servers/managed-server.ts";
import { systemRandom } from "../../../src/system.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { policyWith } from "../../support/policy.ts";

const RIGHTS = ["View Agents", "Upgrade Agents"];
const TEAMS = ["t-web", "t-data"];

interface Given {
  readonly agents: readonly Agent[];
  /** The team of every agent, in turn. */
  readonly teams: readonly string[];
  /** Person to the team on which they may upgrade. */
  readonly people: Readonly<Record<string, string>>;
  readonly never?: readonly string[];
  /** Ends once the server answers for this agent. */
  readonly answered?: (id: string) => Promise<void>;
}

/** One server, and people of whom each may upgrade the agents of one team, or all. */
async function opened({ agents, teams, people, never = [], answered }: Given) {
  const clock = manualClock();
  const projections = await openProjections(openMemoryLedger(), { clock, random: systemRandom });
  const asked = { lists: 0, rules: 0 };
  const teamOf = new Map(agents.map(({ id }, i) => [id, teams[i % teams.length] ?? ""]));
  const urbancode = {
    name: "prod",
    list: async () => {
      asked.lists += 1;
      return agents;
    },
    version: async () => "7.2.3.1.5",
    relays: async () => [],
    nameless: () => 0,
    activity: async () => ({ kind: "known", running: 0, agents: [], unnamed: 0, form: "cli" }),
    serverTime: async () => undefined,
    property: async (id: string) => (id.endsWith("7") ? "z/OS" : "Linux"),
    info: async (id: string) => {
      await answered?.(id);
      return {
        ...agents.find((agent) => agent.id === id),
        teams: [{ teamId: teamOf.get(id), teamName: teamOf.get(id), roleId: undefined }],
        callerRights: new Map(RIGHTS.map((name) => [name, true])),
      };
    },
    roleMappings: async (user: string) => [{ teamId: people[user], roleId: "r" }],
    role: async () => ({
      id: "r",
      name: "upgrader",
      actions: RIGHTS.map((name) => ({ name, agentTypeId: undefined })),
    }),
  } as unknown as UrbanCode;
  const rules = policyWith({
    required: RIGHTS,
    never: never.map((version) => ({ version, reason: "by hand" })),
    unsupportedPlatforms: { os: ["z/OS"] },
  });
  const policy = new Proxy(rules, {
    get(target, field, receiver) {
      if (field === "never") asked.rules += 1;
      return Reflect.get(target, field, receiver);
    },
  });
  const server: ManagedServer = {
    name: "prod",
    url: "https://prod.example.com",
    policy,
    deadlines: DEFAULT_DEADLINES,
    watch: { inFlight: 5_000, fleet: 30_000, idle: null, tick: 5_000 },
    limits: DEFAULT_LIMITS,
    urbancode,
    fleet: createFleet(urbancode, { clock }),
  };
  const identities = {
    on: async (_server: ManagedServer, id: string) => ({
      user: { id, name: id, email: undefined, active: true, groups: [] },
      via: "mapping",
    }),
  } as unknown as Identities;
  const tokens = { of: async () => undefined };
  const authorize = createAuthorize({ identities, tokens, usergroups: { members: async () => new Set<string>() } });
  const plans = createPlans({ projections, authorize, clock });
  return {
    asked,
    clock,
    plan: (person: string, words: readonly string[] = []): Promise<PlanResult> =>
      plans.read({ server, person, selection: selectionOf(words) }),
    /** Another rollout takes this agent. */
    claim: (id: string) =>
      projections.change(() => [
        {
          stream: "server.prod",
          actor: "U0CAROL",
          events: [{ type: "agents.claimed", data: { rollout: "prod-1", agents: [id] } }],
        },
      ]),
    learn: (id: string, ms: number) => projections.learned.add("prod", { id }, ms),
  };
}

function selectionOf(words: readonly string[]): Selection {
  const args = parseArguments({ flags: SELECTION_FLAGS, example: "" }, words);
  return readSelection({ name: "prod", slots: 10 }, BOTH_STATUSES, args);
}

const agentsOf = (n: number) => Array.from({ length: n }, (_, i) => agentOf(i));

function agentOf(i: number, given: Partial<Agent> = {}): Agent {
  return {
    id: `id-${i}`,
    name: `web-${i}`,
    status: "upgrade-required",
    version: "6.2.7.1.1",
    active: true,
    tags: [],
    relayId: undefined,
    ...given,
  };
}

const everybody = (n: number) => Array.from({ length: n }, (_, i) => `U0ASK${i}`);
const onTeam = (people: readonly string[], team: string) => Object.fromEntries(people.map((id) => [id, team]));

test("however many people ask at once, each agent of a reading is judged once", async () => {
  const people = everybody(20);
  const given = { agents: agentsOf(30), teams: TEAMS, people: onTeam(people, SYSTEM_TEAM_ID) };
  const one = await opened(given);
  await one.plan("U0ASK0");
  const all = await opened(given);
  const results = await Promise.all(people.map((person) => all.plan(person)));
  expect(all.asked.lists).toBe(1);
  expect(all.asked.rules).toBe(one.asked.rules);
  expect(new Set(results.map(({ plan }) => plan)).size).toBe(1);
  expect(results.map(({ identity }) => identity.user.id)).toEqual(people);
});

test("people of different teams share what the rules say, and not what they may do", async () => {
  const people = { U0WEB: "t-web", U0DATA: "t-data", U0NONE: "t-none" };
  const { plan } = await opened({ agents: agentsOf(6), teams: TEAMS, people });
  const [web, data, none] = await Promise.all([plan("U0WEB"), plan("U0DATA"), plan("U0NONE")]);
  expect(web.plan.agents.map(({ name }) => name).sort()).toEqual(["web-0", "web-2", "web-4"]);
  expect(data.plan.agents.map(({ name }) => name).sort()).toEqual(["web-1", "web-3", "web-5"]);
  expect(none.plan.agents).toEqual([]);
});

test("what another rollout takes, or Drydock learns, is in the next plan of the same reading", async () => {
  const people = onTeam(everybody(2), SYSTEM_TEAM_ID);
  const { plan, claim, learn, asked } = await opened({ agents: agentsOf(3), teams: TEAMS, people });
  expect((await plan("U0ASK0")).plan.agents.map(({ name }) => name)).toEqual(["web-0", "web-1", "web-2"]);
  for (const ms of [60_000, 60_000]) learn("id-9", ms);
  learn("id-2", 900_000);
  expect((await plan("U0ASK1")).plan.agents.map(({ name }) => name)).toEqual(["web-2", "web-0", "web-1"]);
  await claim("id-2");
  const after = await plan("U0ASK0");
  expect(after.plan.agents.map(({ name }) => name)).toEqual(["web-0", "web-1"]);
  expect(after.plan.excluded.map(({ reason }) => reason)).toEqual(["in another rollout"]);
  expect(asked.lists).toBe(1);
});

test("a plan with a limit says the same of the agents beyond it, however soon the server answers", async () => {
  const given = {
    agents: agentsOf(12),
    teams: ["t-data", "t-web", ...Array.from({ length: 10 }, () => "t-data")],
    people: onTeam(["U0ASK0"], "t-web"),
  };
  const atOnce = await opened(given);
  let left = given.agents.length;
  let release = () => {};
  const others = new Promise<void>((resolve) => {
    release = resolve;
  });
  const firstLast = await opened({
    ...given,
    async answered(id) {
      left -= 1;
      if (left === 0) release();
      if (id === "id-1") await others;
    },
  });
  const ask = (house: typeof atOnce) => house.plan("U0ASK0", ["--limit=1"]);
  const [plan, other] = await Promise.all([ask(atOnce), ask(firstLast)]);
  expect(left).toBe(0);
  expect(other).toEqual(plan);
  expect(plan.plan.agents.map(({ name }) => name)).toEqual(["web-1"]);
  expect(plan.plan.excluded.map(({ agent }) => agent.name)).toEqual(["web-0"]);
  expect(plan.beyond).toBe(10);
});

const anAgent = fc.record({
  status: fc.constantFrom<Agent["status"]>("upgrade-required", "upgrade-recommended", "offline", "online"),
  version: fc.constantFrom("6.2.7.1.1", "5.0", "8.0.1", undefined),
  relayId: fc.constantFrom("relay-1", "relay-2", undefined),
  tags: fc.constantFrom(["a"], ["b", "a"], [], undefined),
  active: fc.constantFrom(true, true, true, false),
});
const words = fc.subarray([
  "--limit=2",
  "--exclude=web-1*",
  "--version=>=5.1",
  "--tag=a",
  "--slots=2",
  "--canary=1",
  "--include-offline",
  "--reason=needed",
  "--team=t-web",
]);
const fleets = fc.record({
  agents: fc.array(anAgent, { minLength: 1, maxLength: 12 }),
  teams: fc.array(fc.constantFrom(...TEAMS), { minLength: 1, maxLength: 3 }),
  people: fc.array(fc.constantFrom(SYSTEM_TEAM_ID, ...TEAMS), { minLength: 1, maxLength: 5 }),
  asks: fc.array(words, { minLength: 1, maxLength: 3 }),
  never: fc.subarray(["<5.1", ">=8"]),
});

test("what people share shows each of them the plan that they would have alone", async () => {
  await fc.assert(
    fc.asyncProperty(fleets, async ({ people, asks, ...some }) => {
      const given = {
        ...some,
        agents: some.agents.map((agent, i) => agentOf(i, agent)),
        people: Object.fromEntries(people.map((team, i) => [`U0ASK${i}`, team])),
      };
      const saidBy = (i: number) => asks[i % asks.length] ?? [];
      const together = await opened(given);
      const shared = await Promise.all(people.map((_, i) => outcome(together.plan(`U0ASK${i}`, saidBy(i)))));
      for (const [i, result] of shared.entries()) {
        const alone = await outcome((await opened(given)).plan(`U0ASK${i}`, saidBy(i)));
        expect(result).toEqual(alone);
      }
    }),
    { numRuns: 60 },
  );
});

const outcome = (plan: Promise<PlanResult>) => plan.catch((error: Error) => error.message);

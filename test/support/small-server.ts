import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import type { Agent, AgentStatus } from "../../src/core/agent.ts";
import type { Engine } from "../../src/core/ports.ts";
import type { Activity, Relay, TriggerResult, UrbanCode } from "../../src/model/deploy-server.ts";
import type { NewEvent } from "../../src/model/events.ts";
import { everyAgent, type Plan } from "../../src/model/plan/plan.ts";
import type { Policy } from "../../src/model/policy.ts";
import { SYSTEM_TEAM_ID } from "../../src/model/rights.ts";
import { DEFAULT_LIMITS } from "../../src/model/server/limits.ts";
import { DEFAULT_DEADLINES } from "../../src/model/upgrade/deadlines.ts";
import { createKnownRelays } from "../../src/monitor/known-relays.ts";
import { createAuthorize } from "../../src/people/authorize.ts";
import { createIdentities } from "../../src/people/identity.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { createFleet } from "../../src/servers/fleet.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { systemRandom } from "../../src/system.ts";
import { situationsOf } from "./gate-situations.ts";
import { manualClock } from "./manual-clock.ts";
import { policyWith } from "./policy.ts";
import { keepLog } from "./silent-log.ts";

type Shown = { readonly status: AgentStatus; readonly version: string | null };

/** The ledger and one server whose agents show what a test says, under a clock that goes when it is told to. The owner may do everything. */
export async function smallServer(plan: Plan, given: Partial<Policy> = {}, ledger = openMemoryLedger()) {
  const clock = manualClock();
  const projections = await openProjections(ledger, { clock, random: systemRandom });
  const shown = new Map<string, Shown>();
  const moved = new Map<string, string>();
  const triggered: string[] = [];
  let relays: readonly Relay[] = [];
  let answer: () => TriggerResult | Promise<TriggerResult> = () => ({ kind: "accepted", status: 200 });

  function agent(id: string): Agent {
    const { status, version } = shown.get(id) ?? { status: "upgrade-required", version: "6.2.7.1.1" };
    const relayId = moved.get(id) ?? plan.agents.find((planned) => planned.id === id)?.relay;
    return { id, name: id, status, version: version ?? undefined, active: true, tags: [], relayId };
  }

  const policy = policyWith(given);
  const actions = policy.required.map((name) => ({ name, agentTypeId: undefined }));
  const urbancode = {
    name: "prod",
    relays: async () => relays,
    version: async () => plan.serverVersion ?? undefined,
    nameless: () => 0,
    list: async () => everyAgent(plan).map(({ id }) => agent(id)),
    statuses: async () => {
      const counts = new Map<AgentStatus, number>();
      for (const { id } of everyAgent(plan)) counts.set(agent(id).status, (counts.get(agent(id).status) ?? 0) + 1);
      return counts;
    },
    info: async (id: string) => ({ ...agent(id), teams: [], callerRights: new Map() }),
    trigger: async (id: string) => {
      triggered.push(id);
      return await answer();
    },
    activity: async (): Promise<Activity> => ({ kind: "known", running: 0, agents: [], unnamed: 0, form: "cli" }),
    property: async () => undefined,
    serverTime: async () => undefined,
    user: async () => ({ id: "u", name: "alice", email: undefined, active: true, groups: [] }),
    roleMappings: async () => [{ teamId: SYSTEM_TEAM_ID, roleId: "r" }],
    role: async () => ({ id: "r", name: "all", actions }),
  } as unknown as UrbanCode;
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
  const person = { id: "U0ALICE", teamId: "T", name: "alice", email: undefined, kind: "member" as const };
  const mapping = new Map([["U0ALICE", new Map([["prod", { user: "alice" }]])]]);
  const identities = createIdentities({
    people: { person: async () => person },
    projections,
    settings: { emailDomains: [], mapping, onCall: [] },
  });
  const authorize = createAuthorize({
    identities,
    tokens: { of: async () => undefined },
    usergroups: { members: async () => new Set<string>() },
  });
  const submitted: string[] = [];
  const engine: Engine = {
    start: async () => {},
    submit: async (_server, ids) => void submitted.push(...ids),
    close: async () => {},
  };

  async function write(stream: string, ...events: readonly NewEvent[]): Promise<void> {
    await projections.change(() => [{ stream, actor: "x", events }]);
  }

  const serverUser = { id: "u", name: "alice" };
  await write("rollout.prod-1", {
    type: "rollout.started",
    data: { rollout: "prod-1", plan, owner: "U0ALICE", serverUser, channel: "C" },
  });
  return {
    situation: situationsOf({ projections, clock }),
    clock,
    log: keepLog(),
    projections,
    server,
    identities,
    authorize,
    engine,
    knownRelays: createKnownRelays(),
    /** No deployment runs. */
    deploymentSeen: () => undefined,
    deploymentOn: async () => undefined,
    /** What was handed to the engine, in order. */
    submitted,
    /** What the server was asked to upgrade. */
    triggered,
    write,
    show: (id: string, status: AgentStatus, version: string | null = "6.2.7.1.1") => shown.set(id, { status, version }),
    /** The agent is behind another relay than in the plan. */
    moveBehind: (id: string, relay: string) => void moved.set(id, relay),
    showRelays: (shown: typeof relays) => {
      relays = shown;
    },
    answerTriggers: (how: typeof answer) => {
      answer = how;
    },
    rollout() {
      const rollout = projections.rollouts.get("prod-1");
      if (!rollout) throw new Error("there is no rollout");
      return rollout;
    },
  };
}

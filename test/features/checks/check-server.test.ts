import { afterEach, describe, expect, test } from "vitest";
import type { AgentSeed } from "../../../playground/deploy/fleet.ts";
import type { DeployOptions } from "../../../playground/deploy/start-deploy.ts";
import { problemsOf } from "../../../playground/slack/limits.ts";
import type { Block } from "../../../playground/slack/workspace.ts";
import { toMessage } from "../../../src/adapters/slack/to-message.ts";
import type { Finding } from "../../../src/core/finding.ts";
import { textOf } from "../../../src/core/view.ts";
import { type CheckPorts, checkServer } from "../../../src/features/checks/check-server.ts";
import { hostView, reportView } from "../../../src/features/checks/check-view.ts";
import { connectionView, testConnections } from "../../../src/features/checks/connection-test.ts";
import { hostReport } from "../../../src/features/checks/host-report.ts";
import { readVersion, readWay } from "../../../src/features/checks/way.ts";
import { createFreezes } from "../../../src/features/freeze/freeze-service.ts";
import { planFindings, readForPlan } from "../../../src/features/plan/plan-findings.ts";
import { factsOf } from "../../../src/features/plan/plan-port.ts";
import { createPlans } from "../../../src/features/plan/plans.ts";
import { relayPlanView } from "../../../src/features/plan/relay-plan-view.ts";
import { type Relay, ServerError } from "../../../src/model/deploy-server.ts";
import type { Policy } from "../../../src/model/policy.ts";
import { findingText } from "../../../src/phrases/finding-text.ts";
import { shortNotes } from "../../../src/phrases/finding-words.ts";
import type { ManagedServer } from "../../../src/servers/managed-server.ts";
import { systemClock } from "../../../src/system.ts";
import { serverSituation, situationsOf } from "../../support/gate-situations.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { openHouse, stopAll } from "../../support/own-tokens.ts";
import { selectionFor } from "../../support/planning.ts";

afterEach(stopAll);

const DATA = { teamId: "t-data", teamLabel: "Data" };
const SERVER = "7.3.1.0.5";
const MIXED: readonly AgentSeed[] = [
  { name: "web-1", relayId: "r1", version: "4.8.4" },
  { name: "web-2", relayId: "r1" },
  { name: "db-1", teams: [DATA], version: "9.0", status: "ONLINE" },
  { name: "db-2", teams: [DATA], status: "OFFLINE" },
];

async function open(
  deploy: DeployOptions,
  given: { readonly policy?: Partial<Policy>; readonly server?: Partial<ManagedServer> } = {},
) {
  const house = await openHouse({
    deploy: { serverVersion: SERVER, ...deploy },
    ...(given.policy ? { policy: given.policy } : {}),
  });
  const server: ManagedServer = { ...house.server, ...given.server };
  const checkPorts = {
    ...house,
    clock: systemClock,
    situation: situationsOf({ ...house, clock: systemClock }),
    slots: () => ({ ours: 0, external: 0, open: 10, of: 10, reason: undefined }),
  };
  const check = (person: string, options: { readonly test?: boolean } = {}) =>
    checkServer({ server, person, from: undefined, to: undefined, test: options.test ?? false }, checkPorts);
  const said = async (person: string, options: { readonly test?: boolean } = {}) =>
    textOf(reportView(await check(person, options), { word: "/agents", server: undefined }));
  return { ...house, server, checkPorts, check, said };
}

describe("a check of a server", () => {
  test("tells what stands in the way, worst first, each with what to do", async () => {
    const house = await open({ agents: MIXED, relays: { r1: "7.0.1" } }, { policy: { mode: "observe" } });
    house.deploy.conditions.clockAhead = 3_600_000;
    const report = await house.check("U0ALICE");
    const levels = ["stop", "warn", "note", "fine"];
    expect(report.findings.map(({ level }) => levels.indexOf(level))).toEqual(
      report.findings.map(({ level }) => levels.indexOf(level)).sort(),
    );
    expect(report.findings.every(({ level, todo }) => level === "fine" || todo.length > 0)).toBe(true);
    const said = await house.said("U0ALICE");
    for (const part of [
      "■ stop, preflight: prod is only observed",
      "2 agents are Upgrade Required",
      "1 agent is newer than the server, at 7.3.1.0.5 (1 at 9.0): plans leave them out. db-1. → Upgrade the server first.",
      "1 agent is older than 4.8.5",
      "3 agents are from before 7.0.x, a stop on the server's upgrade path",
      "1 relay lags behind the server (1 at 7.0), with 2 agents behind.",
      "The server's clock is 60 min ahead of Drydock's",
      'Servers from 7.1 on have no setting Enable "Show Inactive" Links',
      "does not document which versions these are",
      "The server does not report when its agents were last in contact.",
      "✔ fine, preflight: You may upgrade all 2 agents that need an upgrade.",
    ])
      expect(said).toContain(part);
  });

  test("counts all agents and names those alone that the person may view", async () => {
    const house = await open({ agents: [...MIXED, { name: "db-3", teams: [DATA] }] });
    const bob = await house.said("U0BOB");
    expect(bob).toContain(
      "3 agents are Upgrade Required: no deployment runs there before the upgrade. Such as web-1, web-2.",
    );
    expect(bob).not.toMatch(/db-\d/);
    expect(bob).toContain(
      "Of 3 agents that need an upgrade you may not upgrade 1. You lack View Agents on 1, Edit Basic Settings on 1, Upgrade Agents on 1.",
    );
    expect(await house.said("U0DAVE")).not.toMatch(/web-\d/);
    await expect(house.said("U0NOBODY")).rejects.toThrow("you have no rights there");
  });

  test("tests no connection unless it is asked to, and then a few, with the rights of an upgrade", async () => {
    const house = await open({ agents: Array.from({ length: 9 }, (_, i) => ({ name: `web-${i}` })) });
    const tests = () => house.deploy.requests.get("PUT /cli/agentCLI/test") ?? 0;
    await house.check("U0ALICE");
    expect(tests()).toBe(0);
    expect(await house.said("U0ALICE", { test: true })).toContain(
      "The server accepted the test of its connection to web-",
    );
    expect(tests()).toBe(3);
    // Carol views everything and may upgrade nothing.
    const carol = await house.said("U0CAROL", { test: true });
    expect(carol).toMatch(
      /The connection to web-\d was not tested: you lack Edit Basic Settings, Upgrade Agents\. → Ask /,
    );
    expect(carol).not.toContain("got no answer");
    expect(tests()).toBe(3);
    const agents = (await house.server.fleet.agents()).slice(0, 1);
    const tested = await testConnections(house.server, "U0CAROL", agents, house.authorize);
    expect(textOf(connectionView(tested, 0))).toMatch(
      /^web-\d: not tested: you lack Edit Basic Settings, Upgrade Agents\n/,
    );
  });

  test.each([
    ["inactive links on", "7.0.5.1.1", { inactiveLinks: true }, "is on: the server lists inactive agents"],
    ["inactive links off", "7.0.5.1.1", { inactiveLinks: false }, "is off: the server lists no inactive agents"],
    [
      "relays that are hidden",
      SERVER,
      { relaysHidden: true },
      "No relay is visible to Drydock's account, though 2 agents are behind one.",
    ],
    ["maintenance mode", SERVER, { maintenance: true }, "✔ fine, preflight: The server is in maintenance mode"],
  ])("%s", async (_what, serverVersion, conditions, part) => {
    const house = await open({ agents: MIXED, serverVersion });
    Object.assign(house.deploy.conditions, conditions);
    expect(await house.said("U0ALICE")).toContain(part);
  });

  test.each([
    [{ whenBusy: "require_maintenance" }, "■ stop, preflight: Drydock waits for maintenance mode on prod. It is off."],
    [{ whenBusy: "wait_until_zero" }, "■ stop, preflight: 3 deployments run on prod now. 1 agent deploys right now."],
    [{ whenBusy: "warn" }, "· note, preflight: 3 deployments run on prod now. 1 agent deploys right now."],
    [{ whenBusy: "auto" }, "1 agent deploys right now. web-1. → Nothing to do: Drydock upgrades them when"],
    [
      { whenBusy: "wait_for_agent" },
      "▲ warn, preflight: The server does not name the agents of 2 running deployments.",
    ],
    [{ windows: [{ days: [], from: 0, to: 1, zone: "UTC" }] }, "▲ warn, preflight: No window of prod is open now"],
  ] satisfies readonly (readonly [Partial<Policy>, string])[])("a server whose rules are %j", async (policy, part) => {
    const house = await open({ agents: MIXED }, { policy });
    for (const agent of ["web-1", undefined, undefined]) house.deploy.deployments.begin(agent ? { agent } : {});
    expect(await house.said("U0ALICE")).toContain(part);
  });

  test.each([
    ["auto", "▲ warn", "Drydock can leave an agent alone only if the server names it."],
    ["wait_for_agent", "▲ warn", "Drydock waits for that before it upgrades."],
    ["wait_until_zero", "■ stop", "Drydock waits for that before it upgrades."],
  ] as const)("an account that may not read what runs, with whenBusy: %s", async (whenBusy, level, part) => {
    const house = await open({ agents: MIXED }, { policy: { whenBusy } });
    const activity = async () => ({ kind: "trouble", error: new ServerError("denied", "No right.", 403) });
    Object.assign(house.server, { fleet: { ...house.server.fleet, activity } });
    expect(await house.said("U0ALICE")).toContain(
      `${level}, preflight: prod does not let Drydock's account read what runs there (it answered 403). ${part}`,
    );
  });

  test("a freeze, a server that does not answer, and slots that are taken", async () => {
    const house = await open({ agents: MIXED });
    const frozen = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, reason: "<!channel> storage", until: null };
    await house.projections.change(() => [
      { stream: "server.prod", actor: "U0BOB", events: [{ type: "server.frozen", data: frozen }] },
    ]);
    expect(await house.said("U0ALICE")).toContain(
      "■ stop, preflight: prod is frozen by U0BOB until a person unfreezes it: <!channel> storage.",
    );
    const busy = { ...house.checkPorts, slots: () => ({ ours: 8, external: 2, open: 10, of: 10, reason: undefined }) };
    const request = { server: house.server, person: "U0ALICE", from: undefined, to: undefined, test: false };
    const drawn = (ports: CheckPorts) =>
      checkServer(request, ports).then((report) => textOf(reportView(report, { word: "/agents", server: undefined })));
    expect(await drawn(busy)).toContain(
      "▲ warn, preflight: Slots in use: 10 of 10: 8 here, 2 started elsewhere. None is free now.",
    );
    const away = () => serverSituation({ answers: false });
    expect(await drawn({ ...house.checkPorts, situation: away })).toContain("■ stop, preflight: prod does not answer");
  });

  test.each([
    ["an approver", ["U0CAROL"]],
    ["a person who may upgrade its agents", []],
  ])("a freeze can also be ended by %s, and check and refusal say so", async (who, people) => {
    const approvers = { people, usergroups: [], usergroupPermissions: [], roles: [] };
    const house = await open({ agents: MIXED }, { policy: { approvers } });
    const freezes = createFreezes({ ...house.ports, authorize: house.authorize });
    await freezes.freeze(house.server, { person: "U0BOB" }, { reason: "storage", until: null });
    expect(await house.said("U0ALICE")).toContain(
      `→ Wait, or ask the person who froze it, or ${who}, to end it: /agents unfreeze prod.`,
    );
    await expect(
      freezes.freeze(house.server, { person: "U0ALICE" }, { reason: "storage", until: null }),
    ).rejects.toThrow(`Only they can change the freeze. They or ${who} can end it.`);
  });

  test("counts inactive agents where the server takes actions on them, and reads them there alone", async () => {
    const agents = [{ name: "web-1" }, { name: "old-1", active: false }, { name: "old-2", active: false }];
    const said = async (serverVersion: string, links: boolean) => {
      const house = await open({ agents, serverVersion });
      house.deploy.conditions.inactiveLinks = links;
      return { words: await house.said("U0ALICE"), lists: house.deploy.requests.get("GET /cli/agentCLI") };
    };
    const on = await said("7.0.5.1.1", true);
    expect(on.words).toContain(
      "allows actions on them. 2 are inactive. old-1, old-2. → With --include-inactive, a plan includes those that need the upgrade.",
    );
    expect(on.lists).toBe(2);
    for (const other of [await said("7.0.5.1.1", false), await said("7.1.0.0.1", true)]) {
      expect(other.words).not.toContain("old-1");
      expect(other.lists).toBe(1);
    }
  });

  test.each([
    ["6.2.7.1", "note, java"],
    ["7.1.0.1", "fine, java"],
  ])("says in one line which Java the server's version needs, to an agent at %s", async (version, level) => {
    const house = await open({ agents: [{ name: "web-1", version }], serverVersion: "7.2.3.1.5" });
    const said = (await house.said("U0ALICE")).split("\n").filter((line) => line.includes("Java 11"));
    expect(said).toEqual([
      expect.stringContaining(
        `${level}: 7.2.3.1.5 needs Java 11 or later on servers and relays. The vendor does not say what agents need.`,
      ),
    ]);
  });

  test("goes on without what the server does not tell", async () => {
    const house = await open({ agents: MIXED });
    const deaf = {
      ...house.server.fleet,
      relays: () => Promise.reject(new ServerError("denied", "no")),
    };
    const server = { ...house.server, fleet: deaf } as unknown as ManagedServer;
    const report = await checkServer(
      { server, person: "U0ALICE", from: undefined, to: undefined, test: false },
      house.checkPorts,
    );
    expect(textOf(reportView(report, { word: "/agents", server: undefined }))).toContain(
      "Drydock could not read the relays, though 2 agents",
    );
  });

  test("of 10,000 agents with names and versions of every kind is within Slack's limits, and asks a few times", async () => {
    const agents = Array.from(
      { length: 10_000 },
      (_, i): AgentSeed => ({
        name: `${"<!channel>`*".repeat(20)} ${i}`,
        version: `${i % 9}.${i % 37}.${i % 5}.${i}`,
        status: ["UPGRADE_REQUIRED", "UPGRADE_RECOMMND", "OFFLINE", "ERROR", "ONLINE", null, "SLEEPING"][i % 7] ?? null,
        relayId: `relay-${"x".repeat(100)}-${i % 40}`,
        teams: [DATA],
        lastContact: 1,
      }),
    );
    const house = await open({ agents, relays: {} }, { server: { guide: { sslv3Below: "6.0" } } });
    for (const relay of house.deploy.fleet.relays.values()) relay.downSince = 1;
    for (const person of ["U0ALICE", "U0BOB"]) {
      const { blocks } = toMessage(reportView(await house.check(person), { word: "/agents", server: "prod" }));
      expect(problemsOf(blocks as unknown as Block[])).toEqual([]);
      expect(JSON.stringify(blocks)).not.toContain("more parts that do not fit");
      expect(JSON.stringify(blocks)).not.toMatch(/[^`]<!channel>/);
    }
    // Alice holds her rights on the System Team; Bob's are looked for on the first agents.
    expect(house.deploy.requests.get("GET /cli/agentCLI")).toBeLessThanOrEqual(2);
    expect(house.deploy.requests.get("GET /cli/agentCLI/info")).toBeLessThan(700);
  });
});

describe("the commands for one agent's host", () => {
  test("go by the rules of the server: what upgrades in its own way; and say which Java its version needs", async () => {
    const agents = [{ name: "mf-1", os: "OS/390" }];
    const house = await open({ agents });
    const drawn = async (policy: Partial<Policy>) => {
      const server = { ...house.server, policy: { ...house.server.policy, ...policy } };
      return textOf(hostView(await hostReport(server, "U0ALICE", "mf-1", house.checkPorts)));
    };
    expect(await drawn({ unsupportedPlatforms: { os: ["os/*"] } })).toContain(
      "Agents on OS/390 upgrade in their own way",
    );
    expect(await drawn({ unsupportedPlatforms: { os: ["z/OS"] } })).not.toContain("in their own way");
    expect(await drawn({})).toContain("needs Java 11 or later on servers and relays.");
  });

  test("are for its version and platform, and told only to those who may view it", async () => {
    const house = await open({
      agents: [
        { name: "web-1", os: "Windows Server 2022", workingDirectory: "C:\\ibm\\agent\\var\\work", version: "7.3.1" },
        { name: "db-1", teams: [DATA] },
      ],
    });
    const web = await hostReport(house.server, "U0BOB", "WEB-1", house.checkPorts);
    expect(web.platforms.map(({ platform, known }) => [platform, known])).toEqual([["Windows", true]]);
    await expect(hostReport(house.server, "U0BOB", "db-1", house.checkPorts)).rejects.toThrow(
      'no agent "db-1" on prod that you may view',
    );
    const db = await hostReport(house.server, "U0ALICE", "db-1", house.checkPorts);
    expect(db.platforms.map(({ platform, known }) => [platform, known])).toEqual([
      ["POSIX", true],
      ["Windows", false],
    ]);
  });
});

describe("the same, short, for a plan", () => {
  const spoken = (found: readonly Finding[]) =>
    shortNotes(found, "prod", { word: "/agents", server: undefined }).map((line) =>
      line.map((span) => (typeof span === "string" ? span : Object.values(span)[0])).join(""),
    );

  async function planned(names: readonly string[], deploy: DeployOptions, server: Partial<ManagedServer> = {}) {
    const house = await open(deploy, { server });
    const looked = await house.server.fleet.agents();
    const agents = looked
      .filter(({ name }) => names.includes(name))
      .map(({ id, name, status, version }) => ({ id, name, status, version: version ?? null }));
    const options = { slots: 10, reason: null };
    const plan = {
      server: "prod",
      serverVersion: deploy.serverVersion ?? SERVER,
      options,
      agents,
      excluded: [],
      hash: "",
    };
    const before = new Map(house.deploy.requests);
    const found = planFindings(house.server, plan, looked, await readForPlan(house.server, systemClock));
    const asked = [...house.deploy.requests].filter(([call, n]) => n > (before.get(call) ?? 0)).map(([call]) => call);
    return {
      asked,
      plan,
      looked,
      notes: spoken(found),
      each: found.flatMap((finding) => spoken([finding])),
    };
  }

  test("only of its own agents and relays, without asking about any agent", async () => {
    const agents = [...MIXED, { name: "api-1", relayId: "r2" }, { name: "old-1", relayId: "r3" }];
    const relays = { r1: SERVER, r2: SERVER, r3: "6.2.1" };
    const fine = await planned(["api-1"], { agents, relays, serverVersion: "7.2.3" });
    expect(fine.notes).toEqual([]);
    expect(fine.asked.sort()).toEqual(["GET /", "GET /cli/relay"]);
    const hidden = planFindings(
      {},
      fine.plan,
      fine.looked.map((agent) => ({ ...agent, relayId: "r9" })),
      { relays: [{ id: "r1", name: "r1", up: true, version: "7.2.3" } as Relay], ahead: 0, now: undefined },
    );
    expect(spoken(hidden).join(" ")).toContain(
      "▲ warn: 1 relay is not visible to Drydock's account, with 1 agent behind",
    );
    expect(spoken(hidden).join(" ")).not.toContain("No relay is visible");
    const old = await planned(["web-1", "old-1"], { agents, relays }, { guide: { sslv3Below: "6.0" } });
    expect(old.notes).toEqual([expect.stringMatching(/^▲ warn: 2 agents .* And 2 more: \/agents check prod$/)]);
    expect(old.each).toEqual([
      expect.stringContaining("▲ warn: 2 agents are from before 7.0.x"),
      expect.stringContaining("▲ warn: 1 relay lags behind the server (1 at 6.2), with 1 agent behind."),
      expect.stringContaining("▲ warn: 1 agent is below 6.0 (1 at 4.8) and may speak only SSLv3"),
    ]);
  });

  test("JMS, silence and names that are there twice, also where the other one is in no plan", async () => {
    const agents = [
      { name: "web-1", version: "7.2.0.0.1", communication: "JMS", lastContact: 1_000 },
      { name: "WEB-1", communication: "JMS" },
      { name: "web-2" },
    ];
    const { each } = await planned(["web-1"], { agents });
    expect(each).toEqual([
      expect.stringContaining("▲ warn: 1 agent has the name of another one"),
      expect.stringContaining("▲ warn: 1 agent is shown as connected and, by the server's own clock, has not been"),
      expect.stringContaining("▲ warn: 1 agent talks JMS. Servers from 7.1.1 on warn of that."),
    ]);
  });
});

describe("the same, short, for a plan of relays", () => {
  test("JMS, names and clocks of the agents behind, without a request for each", async () => {
    const agents: readonly AgentSeed[] = Array.from({ length: 20 }, (_, i) => ({
      name: i < 2 ? "twin" : `web-${i}`,
      relayId: "r1",
      ...(i < 3 ? { communication: "JMS" } : {}),
    }));
    const house = await open({
      agents: [...agents, { name: "api-1", communication: "JMS" }],
      relays: { r1: "7.0.1" },
      serverVersion: "7.0.5",
    });
    house.deploy.conditions.clockAhead = 3_600_000;
    const selection = { ...selectionFor(house), relays: [] };
    const result = await createPlans(house).read({ server: house.server, person: "U0ALICE", selection });
    const { findings = [], plan } = result;
    const drawn = relayPlanView({
      ...{
        result,
        policy: house.server.policy,
        draftId: "d",
        said: [],
        blocked: undefined,
        checks: [["What was found."]],
      },
      ...{
        approvals: 0,
        size: 1,
        emergency: false,
        facts: factsOf(result, house.server, 0),
        starts: undefined,
        gates: [],
      },
    });
    expect(textOf(drawn)).toContain("What was found.");
    expect(plan.relays).toHaveLength(1);
    const said = findings.map(({ level, cause }) => `${level} ${findingText(cause)[0]}`);
    expect(said).toEqual([
      expect.stringContaining("warn 2 agents have the name of another one"),
      expect.stringContaining("warn The server's clock is 60 min ahead"),
      expect.stringContaining("note 3 agents talk JMS"),
    ]);
    expect(house.deploy.requests.get("GET /cli/agentCLI/info") ?? 0).toBeLessThan(5);
  });
});

test("a plan waits for what is good to know two seconds at most, and goes on without it", async () => {
  const clock = manualClock();
  const fleet = { relays: () => new Promise(() => {}), ahead: () => Promise.reject(new ServerError("failing", "503")) };
  const readings = readForPlan({ fleet } as unknown as ManagedServer, clock);
  await clock.advance(2_000);
  expect(await readings).toEqual({ relays: undefined, ahead: undefined });
});

describe("versions as people type them", () => {
  test.each(["7.x", "", "v7", "1.2.3.4.5.6", "latest"])("%j is answered with an example", (typed) => {
    expect(() => readVersion("to", typed)).toThrow(/^--to requires a version .* Example: --from 6\.2\.7\.1 --to 7\.3$/);
  });

  test.each([
    ["7.3", "6.0", "no way back"],
    ["7.3", "7.3.0", "nothing to do"],
    ["7.3", undefined, "Type both ends"],
  ])("from %s to %s", (from, to, part) => {
    const given = { from: readVersion("from", from), to: readVersion("to", to) };
    expect(() => readWay({ ...given, serverVersion: undefined, server: "prod" })).toThrow(part);
  });
});

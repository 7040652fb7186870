import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AGENT_STATUSES } from "../../../src/core/agent.ts";
import { familiesOf } from "../../../src/core/families.ts";
import { type Finding, LEVELS, worstFirst } from "../../../src/core/finding.ts";
import { clockFindings, contactFindings, jmsFindings } from "../../../src/model/guide/contact.ts";
import { inactiveFindings } from "../../../src/model/guide/inactive.ts";
import { javaFindings } from "../../../src/model/guide/java.ts";
import { orderFindings } from "../../../src/model/guide/order.ts";
import { passedStops } from "../../../src/model/guide/path.ts";
import { relayFindings } from "../../../src/model/guide/relays.ts";
import { duplicateFindings, statusFindings } from "../../../src/model/guide/status-findings.ts";
import { sslv3Counts, tlsFindings } from "../../../src/model/guide/tls.ts";
import { familyWords } from "../../../src/phrases/finding-phrase.ts";
import { worded } from "../../../src/phrases/finding-text.ts";
import { agentAt } from "../../support/agents.ts";

const MINUTE = 60_000;

function words(findings: readonly Finding[]): string {
  return findings
    .map(worded)
    .map(({ level, sentence, todo }) =>
      [`${level} `, ...sentence, " -> ", ...todo]
        .map((piece) => (typeof piece === "string" ? piece : Object.values(piece)[0]))
        .join(""),
    )
    .join("\n");
}

test("every finding of any fleet says what to do, unless it is in order, and counts whom it concerns", () => {
  const version = fc.option(fc.constantFrom("4.8.4", "6.0", "6.2.3.0.7", "7.0.2", "7.3", "8.2.1", "odd"), {
    nil: undefined,
  });
  const agent = fc
    .record({
      version,
      status: fc.constantFrom(...AGENT_STATUSES),
      active: fc.boolean(),
      relayId: fc.constantFrom(undefined, "r1", "r2"),
      lastContact: fc.option(fc.integer({ min: 0, max: 10 ** 10 }), { nil: undefined }),
    })
    .map(({ version: at, ...given }) => agentAt(at, given));
  const relay = fc.record({
    id: fc.constantFrom("r1", "r2"),
    name: fc.string(),
    up: fc.constantFrom(true, false, undefined),
    version,
  });
  const links = fc.constantFrom(true, false, undefined);
  fc.assert(
    fc.property(fc.array(agent, { maxLength: 30 }), version, fc.array(relay), links, (agents, server, relays, on) => {
      const found = [
        ...statusFindings(agents),
        ...orderFindings(agents, server),
        ...passedStops(agents, server),
        ...relayFindings(relays, agents, server),
        ...inactiveFindings(server, on, agents),
        ...tlsFindings(agents, on ? "6.0" : undefined),
        ...javaFindings(agents, server),
        ...contactFindings(agents, 10 ** 10),
      ];
      for (const finding of found) {
        expect([finding.level === "fine", words([finding])]).toEqual([
          worded(finding).todo.length === 0,
          expect.anything(),
        ]);
        const first = /^\w+ (\d+) agents? /.exec(words([finding]));
        if (first && finding.agents) expect(finding.agents).toHaveLength(Number(first[1]));
      }
      const levels = worstFirst(found).map(({ level }) => LEVELS.indexOf(level));
      expect(levels).toEqual([...levels].sort((a, b) => a - b));
      expect(worstFirst(found)).toHaveLength(found.length);
    }),
  );
});

test("groups of versions: the oldest first, few of them, and all agents in one of them", () => {
  const agents = ["8.0", "6.2.1", "6.2.9", "4.8", "7.0", "7.1", "7.2", undefined].map((version) => agentAt(version));
  expect(familyWords(familiesOf(agents))).toBe("1 at 4.8, 2 at 6.2, 1 at 7.0, 1 at 7.1, 1 at 7.2, 2 at others");
});

describe("order", () => {
  test("who is ahead of the server, who runs no deployments, and whose version is not told", () => {
    const agents = [agentAt("7.2.4"), agentAt("7.2.3.9.1"), agentAt("4.8.4"), agentAt("4.8.5"), agentAt(undefined)];
    const said = words(orderFindings(agents, "7.2.3.9.99"));
    expect(said).toContain("warn 1 agent is newer than the server, at 7.2.3.9.99 (1 at 7.2): plans leave them out.");
    expect(said).toContain("warn 1 agent is older than 4.8.5");
    expect(said).toContain("-> Upgrade them first: upgrade * --version <4.8.5.");
    expect(said).toContain("note 1 agent reports no version");
  });

  test("a server before 6.0 lets old agents work; one that tells no version can be told nothing about", () => {
    expect(words(orderFindings([agentAt("4.8.4")], "5.0.1"))).toContain("fine No agent is newer than the server");
    expect(words(orderFindings([agentAt("4.8.4")], undefined))).toContain(
      "warn The server does not report its version",
    );
  });
});

describe("TLS", () => {
  const agents = [agentAt("4.8.4"), agentAt("5.0"), agentAt("6.2.7"), agentAt(undefined)];

  test("without a configured version nobody is accused: the versions are counted, the oldest first", () => {
    const said = words(tlsFindings(agents, undefined));
    expect(said).toMatch(/^note .*does not document which versions these are.*1 at 4\.8, 1 at 5\.0, 1 at 6\.2/);
    expect(said).toContain("guide.sslv3Below");
  });

  test("with one, those below may; those whose version is not told are not counted as safe", () => {
    expect(words(tlsFindings(agents, "6.0"))).toMatch(
      /^warn 2 agents are below 6\.0 \(1 at 4\.8, 1 at 5\.0\) and may speak only SSLv3.*The server does not report the version of 1 agent\. -> .*upgrade \* --version <6\.0/,
    );
    expect(tlsFindings([agentAt("6.2")], "6.0").map(({ level }) => level)).toEqual(["fine"]);
    expect(tlsFindings([agentAt(undefined)], "6.0").map(({ level }) => level)).toEqual(["note"]);
  });

  test("before and after a rollout", () => {
    const planned = ["4.8.4", "5.0", "6.2"].map((version, i) => ({ id: `a${i}`, version }));
    const listed = [
      agentAt("7.2", { id: "a0" }),
      agentAt("5.0", { id: "a1" }),
      agentAt("7.2", { id: "a2" }),
      agentAt("4.8", { id: "elsewhere" }),
    ];
    expect(sslv3Counts(planned, listed, "6.0")).toEqual({ before: 2, after: 1, server: 2 });
  });
});

describe("relays", () => {
  const relay = (id: string, version: string | undefined, up: boolean | undefined = true) => ({
    id,
    name: `relay ${id}`,
    up,
    version,
  });
  const agents = [agentAt("7.2", { relayId: "r1" }), agentAt("7.2", { relayId: "r1" }), agentAt("7.2")];

  test("down and lagging ones, with the agents behind them", () => {
    const said = words(relayFindings([relay("r1", "7.0.1", false), relay("r2", "7.2.3.1.5")], agents, "7.2.3.1.99"));
    expect(said).toContain("warn 1 relay is down, with 2 agents behind");
    expect(said).toContain("warn 1 relay lags behind the server (1 at 7.0), with 2 agents behind.");
    expect(said).not.toContain("relay r1");
    const least = words(relayFindings([relay("r1", "7.0.1"), relay("r2", "7.1")], agents, "7.2.3.1.99", "7.1"));
    expect(least).toContain("warn 1 relay lags behind the minimum of 7.1 (1 at 7.0), with 2 agents behind.");
  });

  test.each([
    ["all up and as new", [relay("r1", "7.2.3.1")], "fine The relay that Drydock sees is up"],
    [
      "a version that is not told",
      [relay("r1", undefined)],
      "note The server reports no version or no status of 1 relay",
    ],
    ["none visible, with agents behind one", [], "warn No relay is visible to Drydock's account, though 2 agents"],
    ["not readable", undefined, "warn Drydock could not read the relays, though 2 agents"],
  ])("%s", (_what, relays, said) => {
    expect(words(relayFindings(relays, agents, "7.2.3.1"))).toContain(said);
  });

  const UNCOMPARED = "note The server does not report its own version";
  const NO_VERSION = "The server reports no version or no status of 1 relay.";
  test.each([
    ["known relays", [relay("r1", "7.2.3"), relay("r2", "7.2.3")], null, [UNCOMPARED]],
    ["a relay of no version", [relay("r1", undefined), relay("r2", "7.2.3")], null, [`note ${NO_VERSION}`, UNCOMPARED]],
    ["a minimum that all have", [relay("r1", "7.2.3"), relay("r2", "7.2")], "7.2", ["fine All 2 relays"]],
    ["a minimum, and a relay of no version", [relay("r1", undefined)], "7.2", [`note ${NO_VERSION}`]],
  ])("at a server of an unknown version: %s", (_what, relays, minimum, said) => {
    const found = relayFindings(relays, agents, undefined, minimum).map((one) => words([one]));
    expect(found).toEqual(said.map((part) => expect.stringContaining(part)));
  });

  test("none visible is not said to be none", () => {
    expect(words(relayFindings([], [agentAt("7.2")], "7.2"))).toMatch(/^note .*That is not "none"/);
  });
});

describe("inactive agents", () => {
  test.each([
    ["7.0.5", true, "note", "is on: the server lists inactive agents"],
    ["7.0.5", false, "note", "is off: the server lists no inactive agents"],
    ["7.0.5", undefined, "note", "The server does not report"],
    ["7.1.0.0", true, "note", "Servers from 7.1 on have no setting"],
    [undefined, false, "note", "is off"],
  ])("a server at %s whose setting is %s", (server, links, level, part) => {
    const [finding] = inactiveFindings(server, links, []);
    expect([finding?.level, words(finding ? [finding] : [])]).toEqual([level, expect.stringContaining(part)]);
  });

  test.each([
    [[agentAt("6.2", { active: false })], "allows actions on them. 1 is inactive. -> With --include-inactive"],
    [[], "None is visible to Drydock's account. -> With --include-inactive"],
    [undefined, "could not read how many there are. -> With --include-inactive"],
  ])("where the server takes actions on them: %#", (inactive, part) => {
    expect(words(inactiveFindings("7.0.5", true, inactive))).toContain(part);
  });
});

describe("Java", () => {
  const NEEDS_11 = "7.2 needs Java 11 or later on servers and relays.";
  test.each([
    [["6.2.7", "7.0.2"], "7.2", `note ${NEEDS_11}`],
    [["7.0.2"], "7.2", `fine ${NEEDS_11}`],
    [[undefined, "8.2"], "8.2", "note 8.2 needs Java 17 or later"],
    [["8.3"], "8.2", "fine 8.2 needs Java 17 or later"],
  ])("agents at %j on a server at %s", (versions, server, part) => {
    expect(
      words(
        javaFindings(
          versions.map((version) => ({ version })),
          server,
        ),
      ),
    ).toContain(part);
  });

  test("nothing is said where nothing is documented", () => {
    expect(javaFindings([{ version: "5.0" }], "6.0")).toEqual([]);
  });
});

describe("how agents talk", () => {
  const agents = [agentAt("7", { communication: "JMS" }), agentAt("7", { communication: "Web" }), agentAt("7")];
  test.each([
    ["7.1.1.0", "warn 1 agent talks JMS. Servers from 7.1.1 on warn of that. JMS agents cannot use Web relays."],
    ["7.1.0.9", "note 1 agent talks JMS. Servers from 7.1.1 on warn of that."],
    [undefined, "note 1 agent talks JMS"],
  ])("to a server at %s", (server, part) => {
    expect(words(jmsFindings(agents, server))).toContain(part);
    expect(words(jmsFindings(agents, server))).toContain("The vendor does not document how long servers accept JMS.");
    expect(jmsFindings(agents.slice(1), server)).toEqual([]);
  });
});

test("agents that share a name are told, however it is written", () => {
  const agents = ["web-1", "WEB-1", "web-2"].map((name) => agentAt("7", { name }));
  expect(words(duplicateFindings(agents))).toContain("warn 2 agents have the name of another one");
  expect(duplicateFindings(agents.slice(1))).toEqual([]);
});

describe("what the statuses say", () => {
  test.each([
    ["upgrade-required", "warn 1 agent is Upgrade Required: no deployment runs there"],
    ["upgrade-recommended", "note 1 agent is Upgrade Recommended"],
    ["connecting", "warn 1 agent is in ERROR or CONNECTING"],
    ["unknown", "warn 1 agent has a status that Drydock does not know"],
    ["never-contacted", "note 1 agent has never been in contact"],
    ["offline", "note 1 agent is offline"],
    ["online", "fine All agents are online"],
  ] as const)("%s", (status, part) => {
    expect(words(statusFindings([agentAt("7", { status })]))).toContain(part);
  });
});

describe("clocks and contact", () => {
  test.each([
    [0, ""],
    [5 * MINUTE, ""],
    [6 * MINUTE, "warn The server's clock is 6 min ahead of Drydock's"],
    [-12 * MINUTE, "warn The server's clock is 12 min behind Drydock's"],
    [undefined, "note The server does not report its time"],
  ])("ahead by %s ms", (ahead, part) => {
    expect(words(clockFindings(ahead))).toContain(part);
    if (part === "") expect(clockFindings(ahead)).toEqual([]);
  });

  test("who is shown as connected and is silent, and who has been gone for long, by the server's own clock", () => {
    const now = 100 * 24 * 60 * MINUTE;
    const agents = [
      agentAt("7", { status: "online", lastContact: now - 16 * MINUTE }),
      agentAt("7", { status: "upgrade-required", lastContact: now - MINUTE }),
      agentAt("7", { status: "offline", lastContact: now - 40 * 24 * 60 * MINUTE }),
      agentAt("7", { status: "offline", lastContact: now - MINUTE }),
      agentAt("7"),
    ];
    expect(words(contactFindings(agents, now)).split("\n")).toEqual([
      expect.stringContaining(
        "warn 1 agent is shown as connected and, by the server's own clock, has not been in contact",
      ),
      expect.stringContaining("note 1 agent has been offline for more than 30 days"),
    ]);
    expect(contactFindings(agents, undefined)).toEqual([]);
    expect(words(contactFindings([agentAt("7")], now))).toContain("note The server does not report when");
  });
});

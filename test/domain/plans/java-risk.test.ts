import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Agent } from "../../../src/domain/agent.ts";
import { JAVA_MINIMUMS } from "../../../src/domain/guide/java.ts";
import type { Hosts } from "../../../src/domain/plans/host.ts";
import { kindOf, MOST_KINDS, parseJava } from "../../../src/domain/plans/java-risk.ts";
import { makePlan, type Plan } from "../../../src/domain/plans/plan.ts";
import { policyWith } from "../../support/policy.ts";

const JAVA = { minimums: JAVA_MINIMUMS, property: null };
const SERVER = "7.2.3.1.5";

function agentsAt(...versions: readonly (string | undefined)[]): readonly Agent[] {
  return versions.map((version, i) => ({
    id: `${i}`,
    name: `web-${i}`,
    status: "upgrade-required",
    version,
    active: true,
    tags: [],
    relayId: undefined,
  }));
}

function plan(agents: readonly Agent[], given: { canary?: number; hosts?: Hosts; java?: typeof JAVA } = {}): Plan {
  const { canary, hosts = new Map(), java = JAVA } = given;
  const options = { slots: 10, reason: null, canary: canary ?? null };
  const policy = policyWith({ java });
  return makePlan({
    policy,
    serverVersion: SERVER,
    options,
    agents,
    claims: new Map(),
    missingRights: new Map(),
    hosts,
  });
}

const canaries = ({ agents, options }: Plan) => agents.slice(0, options.canary ?? 0);
const kindsIn = (made: Plan) => canaries(made).flatMap(({ canaryFor }) => canaryFor ?? []);

test.each([
  ["1.8.0_292", 8],
  ["11.0.2", 11],
  ["17", 17],
  ['openjdk version "17.0.1" 2021-10-19', 17],
  ["1.4.2", 4],
  ["1", undefined],
  ["", undefined],
  ["unknown", undefined],
  ["2023.1", undefined],
  [undefined, undefined],
])("of %s the Java is %s", (text, java) => {
  expect(parseJava(text)).toBe(java);
});

test.each([
  [{ os: "Linux", version: "6.2.7.1.5" }, "Linux"],
  [{ version: "6.2.7.1.5" }, "version 6.2"],
  [{ version: "7" }, "version 7.0"],
  [{ version: null }, "an unknown version"],
])("%j is of the kind %s", (agent, kind) => {
  expect(kindOf(agent)).toBe(kind);
});

describe("where more of Java is needed than before, and nobody knows what agents run on", () => {
  test("one canary of each kind goes first, by operating system or by release", () => {
    const hosts: Hosts = new Map([
      ["1", { os: "Linux", java: undefined }],
      ["2", { os: "AIX", java: undefined }],
      ["3", { os: "Linux", java: undefined }],
    ]);
    const made = plan(agentsAt("6.2.7.1.5", "6.2.7.1.5", "6.1.0.0.1", "6.1.0.0.1", "7.1.0.0.1"), { hosts });
    expect(made.options.canary).toBe(3);
    expect(kindsIn(made).sort()).toEqual(["AIX", "Linux", "version 6.2"]);
    expect(made.hash).not.toBe(plan(agentsAt("6.2.7.1.5"), { java: { ...JAVA, minimums: [] } }).hash);
  });

  test.each([
    ["the Java stays as it was", agentsAt("7.0.2.0.1", "7.1.0.0.1"), {}, null],
    ["it rises for one only", agentsAt("7.0.2.0.1", "7.0.1.0.1"), {}, 1],
    ["a version is not told", agentsAt(undefined, "7.1.0.0.1"), {}, 1],
    ["nothing is looked at", agentsAt("6.2.7.1.5"), { java: { ...JAVA, minimums: [] } }, null],
    ["more were asked for", agentsAt("6.2.7.1.5", "6.1.0.0.1", "7.1.0.0.1"), { canary: 3 }, 3],
    ["fewer were asked for", agentsAt("6.2.7.1.5", "6.1.0.0.1", "7.1.0.0.1"), { canary: 1 }, 2],
  ])("where %s", (_what, agents, given, wanted) => {
    expect(plan(agents, given).options.canary).toBe(wanted);
  });

  test("an agent that is known to run on a new enough one needs none; on a too old one it is left out", () => {
    const on = (java: number) => plan(agentsAt("6.2.7.1.5"), { hosts: new Map([["0", { os: undefined, java }]]) });
    expect([on(11).options.canary, on(11).agents[0]?.java]).toEqual([null, 11]);
    expect(on(8).excluded).toMatchObject([
      {
        reason: "Java too old",
        sentence:
          "it runs on Java 8 and Java 11 is needed from 7.0.2 on (told for the server and its relays; for agents it is not): give its host a newer one first, and have the agent use it",
      },
    ]);
    // Where it was enough before it is enough still.
    const same = plan(agentsAt("7.1.0.0.1"), { hosts: new Map([["0", { os: undefined, java: 8 }]]) });
    expect(same.excluded).toEqual([]);
  });

  test("every kind has its canary up to the most there are, whatever else was asked for, and nobody is lost", () => {
    const fleet = fc.array(fc.constantFrom("6.0.1", "6.1.2", "6.2.7", "7.0.1", "7.1.5", "5.0.1", "5.1.6", "4.8.4"), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(fleet, fc.integer({ min: 0, max: 10 }), (versions, canary) => {
        const agents = agentsAt(...versions);
        const made = plan(agents, { canary });
        const risky = new Set(versions.filter((version) => version !== "7.1.5"));
        const least = Math.min(MOST_KINDS, risky.size);
        expect(made.options.canary ?? 0).toBe(Math.max(canary, least));
        expect(new Set(kindsIn(made)).size).toBe(least);
        expect(kindsIn(made)).toHaveLength(least);
        expect(made.agents.filter(({ canaryFor }) => canaryFor !== undefined)).toHaveLength(least);
        expect(made.agents.map(({ id }) => id).sort()).toEqual(agents.map(({ id }) => id).sort());
      }),
    );
  });
});

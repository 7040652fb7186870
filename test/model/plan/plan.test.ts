import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AGENT_STATUSES, type Agent, needsUpgrade } from "../../../src/core/agent.ts";
import { cause } from "../../../src/core/cause.ts";
import { matchesGlob } from "../../../src/core/glob.ts";
import { type ExclusionInput, exclusionOf } from "../../../src/gates/exclusion-of.ts";
import { makePlan, type PlanInput } from "../../../src/model/plan/make-plan.ts";
import { everyAgent } from "../../../src/model/plan/plan.ts";
import { policyWith } from "../../support/policy.ts";

const policy = policyWith({
  never: [
    { glob: "db-*", reason: "by hand" },
    { tag: "frozen", reason: "year-end" },
  ],
});

const agent: fc.Arbitrary<Agent> = fc.record({
  id: fc.uuid(),
  name: fc.oneof(fc.string({ minLength: 1, maxLength: 8 }), fc.constantFrom("db-1", "web-1", "web-10", "web-9")),
  status: fc.constantFrom(...AGENT_STATUSES),
  version: fc.constantFrom(undefined, "6.2.7.1.5", "7.1.0.0.1", "9.0.0.0.1"),
  active: fc.boolean(),
  tags: fc.constantFrom([], ["frozen"]),
  relayId: fc.constant(undefined),
});
const fleet = fc.uniqueArray(agent, { selector: ({ id }) => id, maxLength: 20 });

function input(agents: readonly Agent[], more: Partial<PlanInput & ExclusionInput> = {}): PlanInput {
  const given = {
    policy,
    serverVersion: "7.1.2.3.4",
    options: { slots: 10, reason: null },
    agents,
    claims: new Map(),
    missingRights: new Map(),
    ...more,
  };
  return { ...given, exclusionOf: (agent) => exclusionOf(agent, given) };
}

describe("a plan", () => {
  test("has every agent that needs an upgrade or is offline, chosen, waited for or excluded, once", () => {
    fc.assert(
      fc.property(fleet, fc.option(fc.nat(5), { nil: undefined }), (agents, limit) => {
        const plan = makePlan(input(agents, { limit }));
        const all = [...everyAgent(plan).map(({ id }) => id), ...plan.excluded.map((exclusion) => exclusion.agent.id)];
        expect(all.sort()).toEqual(
          agents
            .filter(({ status }) => needsUpgrade(status) || status === "offline")
            .map(({ id }) => id)
            .sort(),
        );
        expect(plan.agents.every(({ status }) => needsUpgrade(status))).toBe(true);
        expect((plan.waiting ?? []).every(({ status }) => status === "offline")).toBe(true);
        expect(plan.agents.length).toBeLessThanOrEqual(limit ?? Number.POSITIVE_INFINITY);
      }),
    );
  });

  test("made again, it keeps the order and the canaries that people saw, whatever is known by then", () => {
    const relayed = fleet.chain((agents) =>
      fc.tuple(...agents.map((one) => fc.constantFrom("r-1", "r-2").map((relayId) => ({ ...one, relayId })))),
    );
    fc.assert(
      fc.property(relayed, fc.nat(4), fc.func(fc.nat(9)), (agents, canary, known) => {
        const options = { slots: 10, reason: null, canary: canary || null };
        const seen = makePlan(input(agents, { options }));
        const again = makePlan(
          input(agents.toReversed(), {
            ...{ options, order: new Set(everyAgent(seen).map(({ id }) => id)) },
            expected: ({ id }) => 60_000 * known(id),
            teamsOf: ({ id }) => [{ teamId: `t-${known(id)}`, teamName: "T", roleId: undefined }],
          }),
        );
        expect(everyAgent(again).map(({ id }) => id)).toEqual(everyAgent(seen).map(({ id }) => id));
      }),
    );
  });

  test("never chooses who is on the never list, claimed, inactive, newer, or without rights", () => {
    fc.assert(
      fc.property(fleet, (agents) => {
        const claims = new Map(agents.filter((_agent, i) => i % 3 === 0).map(({ id }) => [id, "prod-7"]));
        const missingRights = new Map(agents.filter((_agent, i) => i % 4 === 0).map(({ id }) => [id, ["View Agents"]]));
        const chosen = new Set(makePlan(input(agents, { claims, missingRights })).agents.map(({ id }) => id));
        for (const { id, name, tags, active, version } of agents) {
          if (!chosen.has(id)) continue;
          expect([
            claims.has(id),
            missingRights.has(id),
            active,
            name.startsWith("db-"),
            tags,
            version === "9.0.0.0.1",
          ]).toEqual([false, false, true, false, [], false]);
        }
      }),
    );
  });

  test("puts Upgrade Required before Upgrade Recommended, and numbers in names in their order", () => {
    const names = [
      ["web-10", "upgrade-required"],
      ["web-9", "upgrade-required"],
      ["a", "upgrade-recommended"],
    ] as const;
    const agents = names.map(
      ([name, status], i): Agent => ({
        id: `${i}`,
        name,
        status,
        version: "6.2.7.1.5",
        active: true,
        tags: [],
        relayId: undefined,
      }),
    );
    expect(makePlan(input(agents)).agents.map(({ name }) => name)).toEqual(["web-9", "web-10", "a"]);
  });

  test("has a hash of what is agreed to: not of the order nor of the exclusions, but of everything else", () => {
    fc.assert(
      fc.property(fleet, (agents) => {
        const { hash, agents: chosen } = makePlan(input(agents));
        expect(makePlan(input([...agents].reverse())).hash).toBe(hash);
        expect(
          makePlan(
            input([
              ...agents,
              {
                id: "x",
                name: "db-9",
                status: "upgrade-required",
                version: "1",
                active: true,
                tags: [],
                relayId: undefined,
              },
            ]),
          ).hash,
        ).toBe(hash);
        expect(makePlan(input(agents, { options: { slots: 9, reason: null } })).hash).not.toBe(hash);
        expect(makePlan(input(agents, { serverVersion: "7.1.2.4" })).hash).not.toBe(hash);
        expect(makePlan(input(agents, { policy: { ...policy, approvals: 1 } })).hash).not.toBe(hash);
        const renamed = agents.map((agent) => ({ ...agent, name: `${agent.name}-2` }));
        if (chosen.length > 0) expect(makePlan(input(renamed)).hash).not.toBe(hash);
        if (chosen.length > 0) expect(makePlan(input(agents, { limit: chosen.length - 1 })).hash).not.toBe(hash);
      }),
    );
  });
});

describe("agents on the never list by their version, and of kinds that upgrade in their own way", () => {
  const one = (given: Partial<Agent> = {}): Agent => ({
    id: "a",
    name: "web-1",
    status: "upgrade-required",
    version: "6.2.7.1.5",
    active: true,
    tags: [],
    relayId: undefined,
    ...given,
  });

  test.each([
    ["<5.0", "4.8.4.2.5", true],
    ["<5.0", "6.2.7.1.5", false],
    ["<=6.2.7.1", "6.2.7.1.5", true],
    ["4.x || 5.x", "5.0.1", true],
    // What is not known counts as matching.
    ["<5.0", undefined, true],
    ["<5.0", "as built", true],
  ])("a rule for %s and an agent at %s: %s", (version, at, kept) => {
    const rules = policyWith({ never: [{ version, reason: "too old" }] });
    const plan = makePlan(input([one({ version: at })], { policy: rules }));
    expect(plan.excluded.map((one) => [one.reason, one.cause])).toEqual(
      kept ? [["never list", cause("never-list", { reason: "too old" })]] : [],
    );
  });

  test.each([
    ["z/OS", true],
    ["Z/os ", true],
    ["OS/390", true],
    ["Linux", false],
    ["z/OSx", false],
    ["x".repeat(90), false],
    [undefined, false],
  ])("one on %s is left out: %s", (os, out) => {
    const plan = makePlan(input([one()], { policy: policyWith(), systems: new Map([["a", os]]) }));
    expect(plan.excluded.map(({ reason }) => reason)).toEqual(out ? ["upgrades in its own way"] : []);
    expect(plan.agents).toHaveLength(out ? 0 : 1);
  });

  test("one that was not asked is in the plan, and other systems can be named, or none", () => {
    const on = (os: string, unsupportedPlatforms: readonly string[]) =>
      makePlan(
        input([one()], {
          policy: policyWith({ unsupportedPlatforms: { os: unsupportedPlatforms } }),
          systems: new Map([["a", os]]),
        }),
      );
    expect(makePlan(input([one()], { policy: policyWith() })).agents).toHaveLength(1);
    expect(on("OpenVMS 8", ["open*"]).excluded[0]?.cause).toEqual(cause("unsupported-platform", { name: "OpenVMS 8" }));
    expect(on("z/OS", []).agents).toHaveLength(1);
  });

  test("one that is too old to deploy is not left out, and is the first of the canaries", () => {
    const agents = ["6.2.7.1.5", "6.2.7.1.5", "4.8.4.2.1", "6.2.7.1.5"].map((version, i) =>
      one({ id: `${i}`, name: `web-${i}`, version }),
    );
    const names = (canary: number | null, serverVersion: string) =>
      makePlan(input(agents, { policy: policyWith(), options: { slots: 10, reason: null, canary }, serverVersion }))
        .agents.map(({ name }) => name)
        .join(" ");
    expect(names(1, "7.1.2.3.4")).toBe("web-2 web-0 web-1 web-3");
    expect(names(2, "7.1.2.3.4")).toBe("web-2 web-0 web-1 web-3");
    expect(names(null, "7.1.2.3.4")).toBe("web-0 web-1 web-2 web-3");
  });

  test("whoever may not upgrade it is told that, and nothing of its kind", () => {
    const missingRights = new Map([["a", ["View Agents"]]]);
    const plan = makePlan(input([one()], { policy: policyWith(), systems: new Map([["a", "z/OS"]]), missingRights }));
    expect(plan.excluded.map(({ reason }) => reason)).toEqual(["no permission"]);
  });
});

describe("globs", () => {
  test.each([
    ["web-*", "web-1", true],
    ["WEB-?", "web-1", true],
    ["web-?", "web-12", false],
    ["*", "", true],
    ["*-prod-*", "db-prod-3", true],
    ["a.c", "abc", false],
    ["[a]", "a", false],
  ])("%s and %s: %s", (glob, name, matches) => {
    expect(matchesGlob(glob, name)).toBe(matches);
  });

  test("every name matches itself, and any cut of it with a star", () => {
    fc.assert(
      fc.property(
        fc.string().filter((name) => !/[*?]/.test(name)),
        fc.nat(),
        (name, at) => {
          expect(matchesGlob(name, name)).toBe(true);
          expect(matchesGlob(`${[...name].slice(0, at % ([...name].length + 1)).join("")}*`, name)).toBe(true);
        },
      ),
    );
  });
});

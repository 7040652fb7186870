import { afterEach, describe, expect, test } from "vitest";
import type { Agent } from "../../../src/core/agent.ts";
import { BOTH_STATUSES, NO_FILTERS } from "../../../src/features/plan/plan-port.ts";
import { createPace, MAX_UNITS, selectAgents } from "../../../src/features/plan/select-agents.ts";
import { openHouse, stopAll } from "../../support/own-tokens.ts";
import { leftOut, namesIn, planFor, selectionFor } from "../../support/planning.ts";

afterEach(stopAll);

describe("agents as a server lists them", () => {
  test("an entry with an id and without a name, or with a number for one, is counted", async () => {
    const house = await openHouse({ deploy: { agents: ["web-1", "web-2", "web-3"].map((name) => ({ name })) } });
    house.deploy.conditions.oddNames = { "web-2": undefined, "web-3": 12_345 };
    const result = await planFor(house);
    expect([namesIn(result), result.nameless]).toEqual([["web-1"], 2]);
  });

  test("an id that is too long to be recorded is left out of the plan", async () => {
    const agents = [
      { name: "web-1", id: "a".repeat(400) },
      { name: "web-2", id: "b".repeat(401) },
    ];
    const result = await planFor(await openHouse({ deploy: { agents } }));
    expect([namesIn(result), leftOut(result)]).toEqual([["web-1"], ["web-2: cannot be recorded"]]);
  });

  test("an agent that another rollout upgrades is not one of which nothing is known", async () => {
    const agents = [{ name: "web-1", status: "OFFLINE" }, { name: "web-2", status: "OFFLINE" }, { name: "web-3" }];
    const house = await openHouse({ deploy: { agents } });
    // The first of the list is claimed.
    const claimed = await house.running("prod-1", "U0ALICE", "alice");
    await house.projections.change(() => [
      {
        stream: "server.prod",
        actor: "U0ALICE",
        events: [{ type: "agents.claimed", data: { rollout: "prod-1", agents: [claimed.id] } }],
      },
    ]);
    const result = await planFor(house);
    expect([namesIn(result), leftOut(result), result.unknown]).toEqual([
      ["web-3"],
      [`${claimed.name}: in another rollout`],
      1,
    ]);
    const named = await planFor(house, ["--name", `web-3,${claimed.name}`]);
    expect(leftOut(named)).toEqual([`${claimed.name}: in another rollout`]);
  });
});

describe("many patterns over a large fleet", () => {
  const agents = Array.from(
    { length: 100_000 },
    (_, i): Agent => ({
      id: `id-${i}`,
      name: `web-${i}.example.com`,
      status: "upgrade-required",
      version: "7.0.0.0.1",
      active: true,
      tags: [],
      relayId: undefined,
    }),
  );

  test("are matched in slices, with everybody else's turn between them", async () => {
    const house = await openHouse();
    const globs = Array.from({ length: 40 }, (_, i) => `*-${i}*.example.com`);
    const selection = { ...selectionFor(house), ...NO_FILTERS, statuses: BOTH_STATUSES, exclude: globs };
    let turns = 0;
    const pace = createPace(async () => {
      turns += 1;
    });
    let most = 0;
    let total = 0;
    const counted = {
      spend(units: number) {
        most = Math.max(most, units);
        total += units;
        return pace.spend(units);
      },
    };
    const { matching, leftOut: excluded, filters } = await selectAgents(house.server, selection, agents, counted);
    expect(matching.length + excluded.length).toBe(agents.length);
    expect(excluded.every(({ name }) => /^web-([0-9]|[1-3][0-9])/.test(name))).toBe(true);
    // No slice is longer than the limit and one agent; what is counted is at least a unit for each character of each glob.
    const least = globs.join("").length;
    expect(filters.reduce((sum, { work }) => sum + work, 0)).toBeGreaterThan(least);
    expect(most).toBeLessThan(MAX_UNITS / 10);
    expect(turns).toBeGreaterThanOrEqual(Math.floor(total / (MAX_UNITS + most)));
  });

  test("all who work through it at the same time give way together", async () => {
    let done = () => {};
    const pace = createPace(() => new Promise((resolve) => (done = resolve)));
    const first = pace.spend(MAX_UNITS);
    expect([first, pace.spend(1)]).toEqual([expect.any(Promise), first]);
    done();
    await first;
    expect(pace.spend(1)).toBeUndefined();
  });

  test("more globs than a process can take are refused; names are not counted", async () => {
    const house = await openHouse();
    const many = (write: (i: number) => string) => Array.from({ length: 201 }, (_, i) => write(i));
    const choose = (exclude: readonly string[]) =>
      selectAgents(house.server, { ...selectionFor(house), exclude }, agents, createPace());
    await expect(choose(many((i) => `web-${i}*`))).rejects.toMatchObject({ code: "too-many-patterns" });
    expect((await choose(many((i) => `web-${i}.example.com`))).leftOut).toHaveLength(201);
  });
});

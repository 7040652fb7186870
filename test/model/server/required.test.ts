import fc from "fast-check";
import { expect, test } from "vitest";
import type { AgentStatus } from "../../../src/core/agent.ts";
import type { StoredEvent } from "../../../src/model/events.ts";
import {
  compareRequired,
  evolveRequired,
  NEVER_COUNTED,
  noticeAt,
  type Required,
  SAME_NOTICE,
  stillBlocked,
} from "../../../src/model/server/required.ts";
import type { ServerEvent } from "../../../src/model/server/server-events.ts";

const nothing = { serverVersion: null, teams: [], tags: [], asked: 0 };

function after(state: Required, at: number, event: ServerEvent): Required {
  return evolveRequired(state, {
    ...event,
    id: "e",
    v: 1,
    at,
    actor: "drydock",
    stream: "s",
    seq: 1,
    position: 1,
  } as StoredEvent);
}

/** Counts as Drydock does: the first count is a baseline, cures are written down, growth is told. */
function count(state: Required, at: number, fleet: Readonly<Record<string, AgentStatus>>): Required {
  const agents = Object.entries(fleet).map(([id, status]) => ({ id, status, active: true }));
  const { added: all, cured } = compareRequired(state, agents);
  if (state.known === undefined) return after(state, at, { type: "required.counted", data: { added: all, cured } });
  const told = noticeAt(state.growth, at)?.agents;
  const again = all.filter((id) => told?.has(id));
  const added = all.filter((id) => !told?.has(id));
  const settled = after(state, at, { type: "required.counted", data: { added: again, cured } });
  return added.length === 0 ? settled : after(settled, at, { type: "required.grew", data: { added, ...nothing } });
}

test("what there is at the first count is no news", () => {
  const state = count(NEVER_COUNTED, 0, { a: "upgrade-required", b: "online" });
  expect([...(state.known ?? [])]).toEqual(["a"]);
  expect(state.growth).toBeUndefined();
  expect(count(state, 1, { a: "upgrade-required", b: "online" }).growth).toBeUndefined();
});

test("an agent that goes away and comes back as it was is no news; one that was cured is, when it needs it again", () => {
  let state = count(NEVER_COUNTED, 0, { a: "upgrade-required" });
  for (const status of ["offline", "connecting", "error", "upgrade-required"] as const)
    state = count(state, 1, { a: status });
  expect(state.growth).toBeUndefined();
  state = count(state, 2, { a: "online" });
  state = count(state, 3, { a: "upgrade-required" });
  expect(state.growth).toMatchObject({ n: 1, agents: new Set(["a"]), before: 0 });
});

test("if the wall clock was set back, whoever turns Upgrade Required then is told of in a notice of its own", () => {
  let state = count(NEVER_COUNTED, 100_000, { a: "online", b: "online" });
  state = count(state, 200_000, { a: "upgrade-required", b: "online" });
  state = count(state, 100_000, { a: "upgrade-required", b: "upgrade-required" });
  expect(state.growth).toMatchObject({ n: 2, agents: new Set(["b"]) });
});

test("one that is not listed for once is no news when it is again; one that is gone is forgotten, and an inactive one never counts", () => {
  const state = count(NEVER_COUNTED, 0, { a: "upgrade-required", b: "upgrade-required" });
  expect(compareRequired(state, [])).toEqual({ added: [], cured: [] });
  expect(compareRequired(state, [], new Set(["a"]))).toEqual({ added: [], cured: ["a"] });
  const idle = { id: "c", status: "upgrade-required", active: false } as const;
  expect(compareRequired(state, [idle])).toEqual({ added: [], cured: [] });
});

test("those that join within an hour are in the same notice, later ones in another", () => {
  let state = count(NEVER_COUNTED, 0, { a: "upgrade-required" });
  state = count(state, 10, { a: "upgrade-required", b: "upgrade-required" });
  state = count(state, 9 + SAME_NOTICE, { a: "upgrade-required", b: "upgrade-required", c: "upgrade-required" });
  expect(state.growth).toMatchObject({ n: 1, since: 10, agents: new Set(["b", "c"]), before: 1 });
  expect(stillBlocked(count(state, 11 + SAME_NOTICE, { b: "online", c: "offline" }))).toBe(1);
  state = count(state, 10 + SAME_NOTICE, { a: "online", b: "online", d: "upgrade-required" });
  expect(state.growth).toMatchObject({ n: 2, agents: new Set(["d"]), before: 1 });
});

test("shares of later ones are added to those of the first", () => {
  let state = count(NEVER_COUNTED, 0, {});
  const teams = [{ name: "Web", agents: 2 }];
  state = after(state, 1, { type: "required.grew", data: { added: ["a", "b"], ...nothing, teams, asked: 2 } });
  const more = [
    { name: "Data", agents: 3 },
    { name: "Web", agents: 1 },
  ];
  state = after(state, 2, {
    type: "required.grew",
    data: { added: ["c", "d", "e"], ...nothing, teams: more, asked: 3 },
  });
  expect(state.growth).toMatchObject({
    agents: new Set(["a", "b", "c", "d", "e"]),
    asked: 5,
    teams: [
      { name: "Data", agents: 3 },
      { name: "Web", agents: 3 },
    ],
  });
});

const statuses = fc.constantFrom<AgentStatus>("online", "offline", "upgrade-required", "upgrade-recommended", "error");
const fleets = fc.array(fc.dictionary(fc.constantFrom("a", "b", "c", "d"), statuses), { minLength: 1, maxLength: 12 });

test("under any history: who is seen as required is known, who is well is not, and no notice comes without news", () => {
  fc.assert(
    fc.property(fleets, (history) => {
      let state: Required = NEVER_COUNTED;
      for (const [i, fleet] of history.entries()) {
        const before = state;
        state = count(state, i, fleet);
        for (const id of ["a", "b", "c", "d"]) {
          const status = fleet[id];
          if (status === "upgrade-required") expect(state.known?.has(id)).toBe(true);
          if (status === "online" || status === "upgrade-recommended") expect(state.known?.has(id)).toBe(false);
        }
        const news = Object.keys(fleet).some(
          (id) => fleet[id] === "upgrade-required" && !before.known?.has(id) && !before.growth?.agents.has(id),
        );
        expect(state.growth?.agents).toEqual(
          news && i > 0
            ? new Set([...(before.growth?.agents ?? []), ...(state.growth?.agents ?? [])])
            : before.growth?.agents,
        );
        if (news && i > 0) expect(state.growth?.agents.size).toBeGreaterThan(before.growth?.agents.size ?? 0);
      }
    }),
  );
});

import { afterEach, describe, expect, test } from "vitest";
import { createWaitingRoom } from "../../src/app/rollouts/waiting-room.ts";
import { type ServerSide, watchServer } from "../../src/app/servers/server-side.ts";
import { ServerError, type UrbanCode } from "../../src/app/urbancode.ts";
import type { AgentDetail } from "../../src/domain/agent.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallSite } from "../support/small-site.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const OLD = "6.2.7.1.1";
let side: ServerSide | undefined;
afterEach(() => side?.stop());

/** Two agents in flight; how the server answers about the first is given. */
async function inFlight(infoOfFirst: UrbanCode["info"]) {
  const site = await smallSite(planOf([plannedAgent("a"), plannedAgent("b")]));
  for (const id of ["a", "b"]) {
    const data = { rollout: "prod-1", server: "prod", agent: { id, name: id }, attempt: 1, from: OLD };
    await site.write(
      `upgrade.prod-1.${id}.1`,
      { type: "upgrade.intended", data },
      { type: "upgrade.triggered", data: { status: 200 } },
    );
  }
  const info: UrbanCode["info"] = (id) => (id === "a" ? infoOfFirst(id) : site.site.urbancode.info(id));
  const urbancode = { ...site.site.urbancode, info, version: async () => undefined, relays: async () => [] };
  const log = keepLog();
  side = watchServer(
    { ...site.site, urbancode },
    {
      ...site,
      log,
      waitingRoom: createWaitingRoom(site),
      relayTurns: { look: async () => {}, close: () => {} } as never,
      onReady: () => {},
    },
  );
  const outcome = (id: string) => site.board.upgrade(`prod-1.${id}.1`)?.outcome?.kind;
  return { ...site, side, outcome };
}

describe("a server that does not tell of one agent in flight", () => {
  test.each([
    ["denied", 400],
    ["failing", 500],
    ["unreadable", 200],
  ] as const)(
    "(%s) is no server in trouble: the others are proven, and the list tells of that one",
    async (fault, status) => {
      const { side, show, clock, outcome } = await inFlight(() => Promise.reject(new ServerError(fault, "no", status)));
      for (const id of ["a", "b"]) show(id, "offline");
      await clock.advance(40_000);
      for (const id of ["a", "b"]) show(id, "online", "7.2.0.0.1");
      await clock.advance(40_000);
      expect(side.answers()).toBe(true);
      expect([outcome("a"), outcome("b")]).toEqual(["verified", "verified"]);
    },
  );

  test("one that gives no answer at all is in trouble", async () => {
    const { side, clock } = await inFlight(() => Promise.reject(new ServerError("unreachable", "no answer")));
    await clock.advance(10_000);
    expect(side.answers()).toBe(false);
  });
});

test("an answer that comes late shows the agent as it was when Drydock asked, so no deadline passes by it", async () => {
  const slow: ((detail: AgentDetail) => void)[] = [];
  const { clock, outcome, show, site } = await inFlight(
    () => new Promise<AgentDetail>((resolve) => void slow.push(resolve)),
  );
  const untouched = await site.urbancode.info("a");
  // Asked at once, answered after the five minutes in which it has to go offline, which it did meanwhile.
  await clock.advance(6 * 60_000);
  show("a", "offline");
  expect(slow).toHaveLength(1);
  slow.shift()?.(untouched);
  await clock.advance(1_000);
  expect(outcome("a")).toBeUndefined();
});

test("a wall clock that is set back keeps nobody waiting for the list, nor for the note that the server is away", async () => {
  const { clock, board, site } = await inFlight(() => Promise.reject(new ServerError("unreachable", "no answer")));
  await clock.advance(1_000);
  clock.jump(-3_653_000);
  await clock.advance(2 * site.watch.fleet);
  expect(board.server("prod").outage).toBeDefined();
});

import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import type { Ledger } from "../../src/model/ledger-port.ts";
import { type Change, onUpgrade } from "../../src/projections/change.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { systemRandom } from "../../src/system.ts";
import { manualClock } from "../support/manual-clock.ts";

/** Two processes with one ledger: what one writes, the other has not folded before it takes a turn or catches up. */
async function twoBoards() {
  const memory = openMemoryLedger();
  let turns = 0;
  const ledger: Ledger = {
    ...memory,
    turn(...given) {
      turns += 1;
      return memory.turn(...given);
    },
  };
  const ports = { clock: manualClock(1_000), random: systemRandom };
  const [here, there] = [await openProjections(ledger, ports), await openProjections(ledger, ports)];
  return { here, there, ledger, turns: () => turns };
}

function begins(name: string): Change {
  const agent = { id: name, name };
  const data = { rollout: "prod-1", server: "prod", agent, attempt: 1, from: "6" };
  return onUpgrade(`prod-1.${name}.1`, [{ type: "upgrade.intended", data }]);
}

test("a decision that writes nothing takes no turn", async () => {
  const { here, turns } = await twoBoards();
  await here.change(() => []);
  await here.change(() => [{ ...begins("a"), events: [] }]);
  expect(turns()).toBe(0);
  await here.change(() => [begins("a")]);
  expect(turns()).toBe(1);
});

test("only what is decided on all that others wrote counts, and they are told of as news", async () => {
  const { here, there, ledger } = await twoBoards();
  await there.change(() => [begins("a")]);
  const news: string[] = [];
  here.onChange((events) => news.push(...events.map(({ stream }) => stream)));
  const seen: number[] = [];
  await here.change(() => {
    seen.push(here.openUpgrades("prod").length);
    return here.openUpgrades("prod").length < 1 ? [begins("b")] : [];
  });
  expect(seen).toEqual([0, 1]);
  expect(news).toEqual(["upgrade.prod-1.a.1"]);
  expect(await ledger.since(0, 10)).toHaveLength(1);
});

test("who follows only some kinds of streams hears of no others", async () => {
  const { here } = await twoBoards();
  const news: string[] = [];
  const calls = { rollout: 0, upgrade: 0 };
  here.onChange(() => {
    calls.rollout += 1;
  }, ["rollout"]);
  const end = here.onChange(
    (events) => {
      calls.upgrade += 1;
      news.push(...events.map(({ stream }) => stream));
    },
    ["upgrade", "server"],
  );
  const asked: Change = {
    stream: "person.U0ALICE",
    actor: "U0ALICE",
    events: [{ type: "person.asked", data: { command: "status", channel: "C0ONCALL" } }],
  };
  await here.change(() => [asked]);
  await here.change(() => [asked, begins("a")]);
  end();
  await here.change(() => [begins("b")]);
  expect(news).toEqual(["upgrade.prod-1.a.1"]);
  expect(calls).toEqual({ rollout: 0, upgrade: 1 });
});

test("a refusal that follows from what others wrote writes nothing, and what they wrote is known all the same", async () => {
  const { here, there, ledger } = await twoBoards();
  await there.change(() => [begins("a")]);
  const work = here.change(() => {
    if (here.upgrade("prod-1.a.1")) throw new Error("it is taken");
    return [begins("b")];
  });
  await expect(work).rejects.toThrow("it is taken");
  expect(here.openUpgrades("prod").map(({ id }) => id)).toEqual(["prod-1.a.1"]);
  expect(await ledger.since(0, 10)).toHaveLength(1);
  await here.change(() => [begins("c")]);
  expect((await ledger.since(0, 10)).map(({ stream }) => stream)).toEqual(["upgrade.prod-1.a.1", "upgrade.prod-1.c.1"]);
});

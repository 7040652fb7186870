import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { textOf } from "../../src/core/view.ts";
import { type Ledger, LedgerUnwritable } from "../../src/model/ledger-port.ts";
import { SYSTEM_TEAM_ID } from "../../src/model/rights.ts";
import { openNarrowLedger } from "../support/narrow-ledger.ts";
import { showsEnd } from "../support/shows-end.ts";
import { createWorld, startRollout, type World } from "./run.ts";

const SECOND = 1_000;
const directory = mkdtempSync(join(tmpdir(), "unwritable-"));
const opened: Ledger[] = [];
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Seeds whose rollouts are long enough for something to happen in the middle. */
const SEEDS = [3, 5, 8];

function putsOf({ puts }: World): number {
  return [...puts.values()].reduce((sum, count) => sum + count, 0);
}

async function typesOf(ledger: Ledger): Promise<readonly string[]> {
  return (await ledger.since(0, 100_000)).map(({ type }) => type);
}

/** The seeds in which the Stop could not be written. */
const held: number[] = [];

describe("a disk that fills up in the middle of a rollout", () => {
  test.each(SEEDS)(
    "nothing is requested that is not in the ledger, the card says why, and a Stop holds until it can be written (seed %i)",
    async (seed) => {
      const key = Buffer.from("a key of the tests, which is long enough");
      const { ledger, free } = openNarrowLedger({ file: join(directory, `${seed}.db`), key, room: 3 });
      opened.push(ledger);
      const world = await createWorld(seed, { ledger, agents: 40 });
      await startRollout(world);
      const full = () => world.slack.text("prod-1/card")?.includes("its disk is full");
      for (let i = 0; i < 600 && !full(); i += 1) await world.step(5 * SECOND);
      expect(world.slack.text("prod-1/card")).toContain("No upgrade starts that Drydock cannot record.");
      const puts = putsOf(world);
      await world.step(60 * SECOND);
      expect(putsOf(world)).toBe(puts);
      // A Stop is small: the last page may have room for it when it has none for anything else.
      const answer = textOf(await world.say("stop prod-1"));
      const isWritten = (await typesOf(ledger)).includes("rollout.stopped");
      if (!isWritten) held.push(seed);
      expect(answer.includes("Your stop of prod-1 holds, and Drydock records it as soon as it can")).toBe(!isWritten);
      await world.step(60 * SECOND);
      // The log says it once each time that the disk is full, however often a write was tried.
      const lines = world.errors.filter((line) => !line.startsWith("an upgrade's run ended with an error"));
      expect(new Set(lines.map((line) => line.split(" {")[0]))).toEqual(
        new Set(["nothing begins until the ledger can be written"]),
      );
      expect(lines.length).toBeLessThanOrEqual(3);
      free();
      await world.step(120 * SECOND);
      expect(await typesOf(ledger)).toContain("rollout.stopped");
      expect(world.slack.text("prod-1/card")).not.toContain("its disk is full");
      expect(putsOf(world)).toBe(puts);
      expect((await typesOf(ledger)).filter((type) => type === "upgrade.intended").length).toBeGreaterThanOrEqual(puts);
      expect(world.violations).toEqual([]);
    },
  );

  test("in one of these at least the Stop had no room", () => expect(held).not.toEqual([]));

  test("a rollout goes on by itself when there is room again", async () => {
    const key = Buffer.from("a key of the tests, which is long enough");
    const { ledger, free } = openNarrowLedger({ file: join(directory, "on.db"), key, room: 3 });
    opened.push(ledger);
    const world = await createWorld(SEEDS[0] ?? 1, { ledger, agents: 12, calm: true });
    await startRollout(world);
    const full = () => world.slack.text("prod-1/card")?.includes("its disk is full");
    for (let i = 0; i < 600 && !full(); i += 1) await world.step(5 * SECOND);
    expect(full()).toBe(true);
    free();
    const done = () => world.slack.text("prod-1/card")?.includes("all 12 upgraded");
    for (let i = 0; i < 600 && !done(); i += 1) await world.step(5 * SECOND);
    expect(done()).toBe(true);
  });
});

describe("a ledger that is read-only for a while", () => {
  /** `refuses`: the type of the one event that it does not take, once. */
  function fragile() {
    const ledger = openMemoryLedger();
    const state = {
      broken: false,
      reason: "read-only" as LedgerUnwritable["reason"],
      refuses: undefined as string | undefined,
    };
    const check = async () => {
      if (state.broken) throw new LedgerUnwritable(state.reason);
    };
    const turn: Ledger["turn"] = async (position, decide, fence) => {
      await check();
      const decideHere: typeof decide = (others) => {
        const writes = decide(others);
        if (!writes.some(({ events }) => events.some(({ type }) => type === state.refuses))) return writes;
        state.refuses = undefined;
        throw new LedgerUnwritable("read-only");
      };
      return await ledger.turn(position, decideHere, fence);
    };
    return { ledger: { ...ledger, turn, check } satisfies Ledger, state };
  }

  test("what may have been written is said to be: it is looked at before it is repeated", async () => {
    const { ledger, state } = fragile();
    const world = await createWorld(SEEDS[0] ?? 1, { ledger, agents: 3, calm: true });
    const plan = await world.say("upgrade-required");
    Object.assign(state, { broken: true, reason: "unconfirmed" });
    expect(textOf(await world.press(plan, "Start"))).toContain("It may have started: look at `status` first.");
    const frozen = textOf(await world.say("freeze prod --until 2h storage is moved"));
    expect(frozen).toContain("Drydock may have done this: look at `status` before you repeat it.");
    expect(frozen).not.toContain("did not do this");
  });

  test("what cannot be written down is not done, and the answer says so; the plan is not used up", async () => {
    const { ledger, state } = fragile();
    const world = await createWorld(SEEDS[0] ?? 1, { ledger, agents: 3, calm: true });
    const plan = await world.say("upgrade-required");
    state.broken = true;
    const refused = await world.press(plan, "Start");
    expect(textOf(refused)).toContain("Nothing was started. The ledger cannot be written: its file is read-only.");
    const frozen = textOf(await world.say("freeze prod --until 2h storage is moved"));
    expect(frozen).toContain("The ledger cannot be written: its file is read-only. So Drydock did not do this.");
    await world.step(60 * SECOND);
    expect(putsOf(world)).toBe(0);
    state.broken = false;
    await world.step(10 * SECOND);
    expect(textOf(await world.press(refused, "Start"))).toContain("has started with");
    expect(world.errors.filter((line) => line.startsWith("a command failed"))).toEqual([]);
  });

  test("a Pause holds in memory, is written down when that works again, and the person is told so", async () => {
    const { ledger, state } = fragile();
    const world = await createWorld(SEEDS[0] ?? 1, { ledger });
    await startRollout(world);
    await world.step(10 * SECOND);
    const puts = putsOf(world);
    state.broken = true;
    expect(textOf(await world.say("pause prod-1"))).toContain(
      "Your pause of prod-1 holds, and Drydock records it as soon as it can",
    );
    await world.step(120 * SECOND);
    state.broken = false;
    await world.step(60 * SECOND);
    expect(putsOf(world)).toBe(puts);
    expect(await typesOf(ledger)).toContain("rollout.paused");
    await world.say("resume prod-1");
    await world.step(400 * SECOND);
    expect(showsEnd(world.slack.text("prod-1/card"))).toBe(true);
  });

  test("a Stop of all holds for every rollout, however Drydock learnt that the person may stop it", async () => {
    const { ledger, state } = fragile();
    const usergroups = ["S0PLATFORM"];
    const approvers = { people: [], usergroups, usergroupPermissions: [], roles: [] };
    const world = await createWorld(SEEDS[0] ?? 1, {
      ...{ ledger, agents: 3, calm: true, policy: { slots: 1, approvers } },
      prepare: (prepared) => void prepared.usergroups.set("S0PLATFORM", new Set(["U0ALICE"])),
    });
    await world.press(await world.say("upgrade a0"), "Start");
    await world.press(await world.say("upgrade a1", "U0BOB"), "Start", "U0BOB");
    state.broken = true;
    expect(textOf(await world.say("stop all"))).toContain("Your stop of prod-1, prod-2 holds");
    state.broken = false;
    await world.step(10 * SECOND);
    expect((await typesOf(ledger)).filter((type) => type === "rollout.stopped")).toHaveLength(2);
  });

  test.each(["typed", "pressed"] as const)(
    "a Stop holds that is %s by an approver whose account was never recorded",
    async (how) => {
      const { ledger, state } = fragile();
      const roles = [{ role: "role", team: SYSTEM_TEAM_ID }];
      const approvers = { people: [], usergroups: [], usergroupPermissions: [], roles };
      const world = await createWorld(SEEDS[0] ?? 1, { ledger, calm: true, policy: { slots: 1, approvers } });
      await startRollout(world);
      await world.step(10 * SECOND);
      state.broken = true;
      const { channel, ts } = world.slack.messages.find(({ key }) => key === "prod-1/card")?.posted ?? {};
      const onCard = {
        via: "button",
        command: "stop",
        args: ["prod-1"],
        channel: channel ?? "",
        thread: ts ?? "",
      } as const;
      const stop = () =>
        how === "typed"
          ? world.say("stop prod-1", "U0DAVE")
          : world.drydock().answer.call({ ...onCard, person: "U0DAVE" }, () => false);
      expect(textOf(await stop())).toContain("Your stop of prod-1 holds, and Drydock records it as soon as it can");
      state.broken = false;
      await world.step(60 * SECOND);
      expect(await typesOf(ledger)).toContain("rollout.stopped");
    },
  );

  /** A rollout whose first request the server has put off, while the ledger does not take an event of this type, once. */
  async function putOff(refuses: string) {
    const { ledger, state } = fragile();
    const world = await createWorld(SEEDS[0] ?? 1, { ledger, agents: 3, calm: true, policy: { slots: 1 } });
    world.server.puts = "too-many";
    await startRollout(world);
    const isPutOff = async () => (await typesOf(ledger)).includes("upgrade.postponed");
    for (let i = 0; i < 60 && !(await isPutOff()); i += 1) await world.step(SECOND);
    state.refuses = refuses;
    const finish = async () => {
      for (let i = 0; i < 300 && !showsEnd(world.slack.text("prod-1/card")); i += 1) await world.step(5 * SECOND);
      return textOf(await world.say("status"));
    };
    return { world, isRefused: () => state.refuses === undefined, finish };
  }

  test("an attempt that the server has put off is asked for again though that could not be written down once", async () => {
    const { world, isRefused, finish } = await putOff("upgrade.intended");
    for (let i = 0; i < 60 && !isRefused(); i += 1) await world.step(SECOND);
    world.server.puts = "none";
    expect(await finish()).toContain("Slots in use: 0 of");
    expect(isRefused()).toBe(true);
    expect(world.slack.text("prod-1/card")).toContain("all 3 upgraded");
    expect(world.violations).toEqual([]);
  });

  test("a rollout that is stopped ends though the slot of what was put off could not be given back at first", async () => {
    const { world, isRefused, finish } = await putOff("upgrade.released");
    await world.say("stop prod-1");
    expect(await finish()).toContain("Slots in use: 0 of");
    expect(isRefused()).toBe(true);
    expect(showsEnd(world.slack.text("prod-1/card"))).toBe(true);
  });
});

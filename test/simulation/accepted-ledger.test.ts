import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { append } from "../support/append.ts";
import { createWorld, startRollout, type World } from "./run.ts";
import { OLD, type SimAgent } from "./server.ts";

const SECOND = 1_000;
/** Longer than the simulation's `neverOffline`, shorter than its `notBack`. */
const WATCHED = 60 * SECOND;

/** A Drydock whose ledger lacks what it had begun: a person has accepted that. */
async function accepted(agents: number | readonly SimAgent[] = 4): Promise<World> {
  const ledger = openMemoryLedger();
  const end = { position: 0, at: null };
  await append(ledger, "ledger.self", {
    ...{ id: "accepted", v: 1, at: 1_000, actor: "drydock", type: "ledger.accepted" },
    data: { had: { position: 9, at: 900 }, found: end, by: "root" },
  });
  return await createWorld(3, { ledger, agents, calm: true, policy: { slots: 2 } });
}

async function checkedAt(world: World): Promise<number> {
  return (await world.ledger.read("server.prod")).find(({ type }) => type === "acceptance.checked")?.position ?? 0;
}

test("nothing begins before Drydock has watched for as long as an agent may take to go offline", async () => {
  const world = await accepted();
  await startRollout(world);
  for (let ms = 0; ms < WATCHED - 10 * SECOND; ms += 5 * SECOND) {
    await world.step(5 * SECOND);
    expect(world.puts.size).toBe(0);
  }
  expect(world.slack.text("prod-1/card")).toContain("A person accepted a ledger that lacks rows.");
  expect(await checkedAt(world)).toBe(0);
  for (let i = 0; i < 60; i += 1) await world.step(5 * SECOND);
  expect(await checkedAt(world)).toBeGreaterThan(0);
  expect(world.puts.size).toBe(4);
  expect(world.errors).toEqual([]);
});

test("also after a restart in the middle, and once it has looked it does not look again", async () => {
  const world = await accepted();
  await startRollout(world);
  for (let i = 0; i < 6; i += 1) await world.step(5 * SECOND);
  await world.restart();
  for (let i = 0; i < 10; i += 1) await world.step(5 * SECOND);
  expect(world.puts.size).toBe(0);
  for (let i = 0; i < 4; i += 1) await world.step(5 * SECOND);
  const at = await checkedAt(world);
  expect(at).toBeGreaterThan(0);
  expect(world.puts.size).toBeGreaterThan(0);
  await world.restart();
  for (let i = 0; i < 40; i += 1) await world.step(5 * SECOND);
  const events = await world.ledger.read("server.prod");
  expect(events.filter(({ type }) => type === "acceptance.checked")).toHaveLength(1);
});

test("an agent that is offline at the first look may be one that Drydock asked: a person is asked about it", async () => {
  const life = { by: "ours", at: 1_000_000 - 20 * SECOND, delay: SECOND, away: 60 * SECOND } as const;
  const [asked, other] = ["a0", "a1"].map(
    (id): SimAgent => ({ id, relayId: id, fault: "none", version: OLD, life: undefined }),
  );
  if (!asked || !other) throw new Error("There are two.");
  const world = await accepted([{ ...asked, life }, other]);
  await world.step(5 * SECOND);
  const events = () => world.ledger.read("server.prod");
  expect((await events()).filter(({ type }) => type.startsWith("elsewhere"))).toMatchObject([
    { type: "elsewhere.doubted", data: { kind: "gap", agents: [{ id: "a0" }] } },
  ]);
  for (let i = 0; i < 15; i += 1) await world.step(5 * SECOND);
  expect((await events()).at(-2)).toMatchObject({ type: "elsewhere.over", data: { agents: ["a0"] } });
});

import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { OperatorError } from "../../src/core/ports.ts";
import { textOf } from "../../src/core/view.ts";
import { type Ledger, LedgerBroken } from "../../src/model/ledger-port.ts";
import { ledgerWithHistory } from "../support/ledger-with-history.ts";
import { createWorld, startRollout } from "./run.ts";

/** A ledger of whose older rows nothing is said until the test says it. */
function opened() {
  let streams: ReadonlyMap<string, number> = new Map();
  const checks: { end(): void; fail(error: Error): void }[] = [];
  const check = () => new Promise<void>((end, fail) => void checks.push({ end, fail }));
  const ledger: Ledger = {
    ...openMemoryLedger(),
    older: {
      verify(expected) {
        streams = expected;
        return check();
      },
      verifyAll: check,
    },
  };
  return { ledger, checks, streams: () => streams };
}

test("nothing begins until the rows of the server's open streams are checked; people are answered meanwhile", async () => {
  const { ledger, checks, streams } = opened();
  const world = await createWorld(1, { ledger, agents: 6, calm: true, policy: { slots: 2 } });
  await startRollout(world);
  await world.step(5_000);
  await world.step(60_000);
  expect(textOf(await world.say("rollouts"))).toContain("prod-1");
  expect(world.puts.size).toBe(0);
  checks[0]?.end();
  await world.step(5_000);
  await world.step(5_000);
  expect(world.puts.size).toBe(2);
  await world.restart();
  await world.step(60_000);
  expect(world.puts.size).toBe(2);
  const upgrades = [...world.puts.keys()].map((id) => `upgrade.prod-1.${id}.1`);
  expect([...streams().keys()].sort()).toEqual(["rollout.prod-1", "server.prod", ...upgrades].sort());
  for (const [stream, count] of streams()) expect((await ledger.read(stream)).length).toBeGreaterThanOrEqual(count);
  expect(world.violations).toEqual([]);
  await world.drydock().stop();
});

test.each([0, 1])("a row that is wrong is reported as the ledger's fault, at check %i", async (which) => {
  const { ledger, checks } = opened();
  const world = await createWorld(1, { ledger, agents: 6, calm: true });
  if (which === 1) checks[0]?.end();
  await world.step(1_000);
  checks[which]?.fail(new OperatorError("The ledger's chain is broken at position 7."));
  expect((await world.drydock().ledgerFault).message).toContain("position 7");
  await world.drydock().stop();
});

test.each(["rollouts prod-1", "resume prod-2"])(
  "a wrong row that is met while a past rollout is read for %s ends Drydock too",
  async (said) => {
    const begin = 1_700_000_000_000;
    const past = ledgerWithHistory({ ended: 40, agents: 2, until: begin });
    const read = () => Promise.reject(new LedgerBroken("The ledger's chain is broken at position 7."));
    const world = await createWorld(1, { ledger: { ...past, read }, agents: 2, calm: true, begin });
    const shown = textOf(await world.say(said));
    expect((await world.drydock().ledgerFault).message).toContain("position 7");
    expect(shown).toContain("Drydock's ledger was changed or damaged");
    expect(shown).not.toContain("position 7");
    await world.drydock().stop();
  },
);

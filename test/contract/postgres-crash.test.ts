import { afterEach, expect, test } from "vitest";
import type { SharedLedger } from "../../src/adapters/postgres/postgres-ledger.ts";
import type { Clock } from "../../src/core/ports.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import { LedgerUnwritable } from "../../src/model/ledger-port.ts";
import { systemClock } from "../../src/system.ts";
import { append } from "../support/append.ts";
import { describe, useOwnPostgres } from "../support/postgres.ts";
import { KEY, openReplica } from "../support/postgres-ledger.ts";
import { type CuttableNetwork, openProxy } from "../support/postgres-proxy.ts";
import { runs } from "../support/runs.ts";
import { until } from "../support/time.ts";
import { anEvent } from "./ledger.contract.ts";

const postgres = useOwnPostgres();
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function cuttable(clock?: Clock): Promise<{
  readonly ledger: SharedLedger;
  readonly proxy: CuttableNetwork;
  readonly url: string;
}> {
  const url = await postgres.fresh();
  const proxy = await openProxy(url);
  const ledger = await openReplica(proxy.url, KEY, clock);
  opened.push(ledger, proxy);
  return { ledger, proxy, url };
}

describe("a connection to PostgreSQL that is cut", () => {
  test.each([
    ["before the commit reaches the server: nothing is written, and the turn says so", "statement", 0],
    ["by a reset before the commit reaches the server: nothing is written, and the turn says so", "reset", 0],
    ["before the commit's answer comes: the turn finds out that it is written", "answer", 1],
    ["while the commit is still under way: the turn waits until it is known", "delayed", 1],
  ] as const)("%s", async (_what, loss, count) => {
    const { ledger, proxy } = await cuttable();
    proxy.lose("COMMIT\0", loss);
    const turn = append(ledger, "s.1", anEvent());
    if (count === 0) await expect(turn).rejects.toThrow(LedgerUnwritable);
    else expect(await turn).toMatchObject([{ position: 1 }]);
    expect(await ledger.since(0, 10)).toHaveLength(count);
    expect(await append(ledger, "s.1", anEvent())).toMatchObject([{ position: count + 1 }]);
  });

  test("before the commit's answer comes, and for so long that it is not known what is written: the turn says that the ledger cannot be written", async () => {
    // Ten seconds are over as soon as the first look-up has failed.
    const clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 1_000_000 };
    const { ledger, proxy, url } = await cuttable(clock);
    proxy.lose("COMMIT\0", "answer");
    proxy.refuse();
    await expect(append(ledger, "s.1", anEvent())).rejects.toThrow(new LedgerUnwritable("unconfirmed"));
    const other = await openReplica(url);
    opened.push(other);
    expect(await other.since(0, 10)).toHaveLength(1);
  });

  test("before anything is decided: nothing is written, and the next turn is", async () => {
    const { ledger, proxy } = await cuttable();
    proxy.lose("FOR UPDATE", "statement");
    await expect(append(ledger, "s.1", anEvent())).rejects.toThrow("does not answer");
    expect(await append(ledger, "s.1", anEvent())).toMatchObject([{ position: 1 }]);
  });

  test("while it listens: it listens again, and hears that it may have missed something", async () => {
    const { ledger, proxy, url } = await cuttable();
    let heard = 0;
    ledger.follow(() => {
      heard += 1;
    });
    await until("it listens", () => heard === 1);
    proxy.cut();
    await until("it listens again", () => heard === 2);
    const other = await openReplica(url);
    opened.push(other);
    await append(other, "s.1", anEvent());
    await until("the other's event", () => heard === 3);
    expect(await append(ledger, "s.1", anEvent())).toMatchObject([{ position: 2 }]);
  });

  test("in the middle of a turn, silently: the lock is free again after 3 s, and that turn writes nothing", async () => {
    const { ledger, proxy, url } = await cuttable();
    const other = await openReplica(url);
    opened.push(other);
    await append(other, "s.1", anEvent());
    const frozen = ledger.turn(0, () => {
      proxy.freeze();
      return [{ stream: "s.1", events: [anEvent()] }];
    });
    const refused = expect(frozen).rejects.toThrow(LedgerUnwritable);
    await until("the lock is held", () => proxy.isFrozen);
    expect(await append(other, "s.1", anEvent())).toMatchObject([{ position: 2 }]);
    proxy.heal();
    await refused;
    expect(await other.since(0, 10)).toHaveLength(2);
  });
});

describe("a PostgreSQL that crashes while turns commit", () => {
  test("keeps everything that was acknowledged, and nothing is written twice", async () => {
    const url = await postgres.fresh();
    const replicas = await Promise.all([openReplica(url), openReplica(url)]);
    opened.push(...replicas);
    const acknowledged = new Set<string>();
    let isOver = false;

    /** Writes one text after the other, each until it is known to be in the ledger. */
    async function write(ledger: SharedLedger, name: string): Promise<void> {
      let position = 0;
      const seen = new Set<string>();
      const note = (events: readonly StoredEvent[]) => {
        for (const event of events) {
          seen.add(textOf(event));
          position = event.position;
        }
      };
      for (let i = 0; !isOver; ) {
        const text = `${name} ${i}`;
        try {
          const written = await ledger.turn(position, (fresh) => {
            note(fresh);
            return seen.has(text) ? [] : [{ stream: `s.${name}`, events: [told(text)] }];
          });
          note(written);
          acknowledged.add(text);
          i += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(LedgerUnwritable);
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
    }

    const writers = Promise.all(replicas.map((ledger, i) => write(ledger, `w${i}`)));
    for (let crash = 0; crash < runs(2, 20); crash += 1) {
      const before = acknowledged.size;
      await until("turns", () => acknowledged.size > before + 10);
      await postgres.crash();
      await postgres.restart();
    }
    const before = acknowledged.size;
    await until("turns after the last crash", () => acknowledged.size > before + 10);
    isOver = true;
    await writers;
    const after = await openReplica(url);
    opened.push(after);
    const texts = (await after.since(0, 1_000_000)).map(textOf);
    expect(texts).toHaveLength(new Set(texts).size);
    expect([...acknowledged].filter((text) => !texts.includes(text))).toEqual([]);
  });
});

function told(text: string) {
  return { ...anEvent(), type: "person.told", data: { text } } as ReturnType<typeof anEvent>;
}

function textOf({ data }: StoredEvent): string {
  return String((data as { readonly text?: string }).text);
}

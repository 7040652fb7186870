import { afterEach, expect, test } from "vitest";
import type { SharedLedger } from "../../src/adapters/postgres/postgres-ledger.ts";
import { DutyLost, LedgerLost, LedgerUnwritable } from "../../src/model/ledger-port.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { append } from "../support/append.ts";
import { intendBelowTen } from "../support/intend-below-ten.ts";
import { mostInFlight } from "../support/most-in-flight.ts";
import { describe, usePostgres } from "../support/postgres.ts";
import { openReplica } from "../support/postgres-ledger.ts";
import { until } from "../support/time.ts";
import { anEvent, ledgerContract } from "./ledger.contract.ts";

const postgres = usePostgres();
const opened: SharedLedger[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((ledger) => ledger.close()));
});

async function open(url: string, key?: Buffer): Promise<SharedLedger> {
  const ledger = await openReplica(url, key);
  opened.push(ledger);
  return ledger;
}

describe("on PostgreSQL", () => {
  ledgerContract("on PostgreSQL", async () => openReplica(await postgres.fresh()));

  async function filled(): Promise<string> {
    const url = await postgres.fresh();
    const ledger = await openReplica(url);
    for (let i = 0; i < 5; i += 1) await append(ledger, `s.${i % 2}`, anEvent());
    await ledger.close();
    return url;
  }

  test("is all there after it was closed and opened again", async () => {
    expect(await (await open(await filled())).since(0, 100)).toHaveLength(5);
  });

  test.each([
    ["an edited row", "UPDATE event SET json = replace(json, 'event', 'tnevE') WHERE position = 3", 3],
    ["a removed row", "DELETE FROM event WHERE position = 2", 3],
    [
      "rows that changed places",
      "UPDATE event SET position = -2 WHERE position = 2; UPDATE event SET position = 2 WHERE position = 4; UPDATE event SET position = 4 WHERE position = -2",
      2,
    ],
    ["rows cut off the end", "DELETE FROM event WHERE position > 3", 4],
  ])("shows %s when it is opened", async (_what, sql, position) => {
    const url = await filled();
    await postgres.sql(`ALTER TABLE event DISABLE TRIGGER ALL; ${sql}`, url);
    await expect(openReplica(url)).rejects.toThrow(`broken at position ${position}`);
  });

  test.each(["DELETE FROM event", "UPDATE event SET json = ''", "TRUNCATE event"])(
    "refuses %s by hand",
    async (sql) => {
      const url = await filled();
      await expect(postgres.sql(sql, url)).rejects.toThrow("append-only");
    },
  );

  test("says so when it is opened with another key", async () => {
    const another = openReplica(await filled(), Buffer.from("another key, just as long as the first"));
    await expect(another).rejects.toThrow("DRYDOCK_LEDGER_KEY is not the key");
  });

  test("is opened by two replicas at the same moment, and made once", async () => {
    const url = await postgres.fresh();
    const [a, b] = await Promise.all([open(url), open(url)]);
    await append(a, "s.1", anEvent());
    expect(await append(b, "s.1", anEvent())).toMatchObject([{ seq: 2, position: 2 }]);
  });

  test("gives no turn, no read and no check once it went back in time, also where it holds as many events as before", async () => {
    const url = await postgres.fresh();
    const ledger = await open(url);
    await append(ledger, "s.1", anEvent());
    await postgres.sql("ALTER TABLE event DISABLE TRIGGER ALL", url);
    await postgres.sql("CREATE TABLE old AS SELECT * FROM event; CREATE TABLE old_head AS SELECT * FROM head", url);
    await append(ledger, "s.1", anEvent());
    await postgres.sql(
      "DELETE FROM event; INSERT INTO event SELECT * FROM old; DELETE FROM head; INSERT INTO head SELECT * FROM old_head",
      url,
    );
    await expect(ledger.since(2, 10)).rejects.toThrow(LedgerLost);
    await expect(append(ledger, "s.1", anEvent())).rejects.toThrow(LedgerLost);
    const another = await open(url);
    await append(another, "s.1", anEvent());
    await append(another, "s.1", anEvent());
    await expect(ledger.since(2, 10)).rejects.toThrow(LedgerLost);
    await expect(append(ledger, "s.1", anEvent())).rejects.toThrow(LedgerLost);
    await expect(ledger.check()).rejects.toThrow("it lacks events that Drydock has read");
  });

  test("refuses a turn under an epoch that is over, and says so to the term", async () => {
    const url = await postgres.fresh();
    const ledger = await open(url);
    await postgres.sql("INSERT INTO duty (name, epoch) VALUES ('server:prod', 3)", url);
    let refused = 0;
    const under = (epoch: number) => {
      const fence = {
        duty: "server:prod" as const,
        epoch,
        refused() {
          refused += 1;
        },
      };
      return ledger.turn(0, () => [{ stream: "s.1", events: [anEvent()] }], fence);
    };
    expect(await under(3)).toHaveLength(1);
    await postgres.sql("UPDATE duty SET epoch = 4", url);
    await expect(under(3)).rejects.toThrow(DutyLost);
    expect([refused, (await ledger.since(0, 100)).length]).toEqual([1, 1]);
  });

  test("tells those who follow it what others have written, and not what is known here", async () => {
    const url = await postgres.fresh();
    const [here, there] = [await open(url), await open(url)];
    let heard = 0;
    const end = here.follow(() => {
      heard += 1;
    });
    // It is called once it listens: what was written before could not be heard.
    await until("it listens", () => heard === 1);
    await append(there, "s.1", anEvent());
    await until("the other's event", () => heard === 2);
    await here.since(0, 10);
    end();
    await append(there, "s.1", anEvent());
    expect(heard).toBe(2);
  });

  test("three replicas whose clocks differ, each beginning while fewer than ten are in flight, never pass ten, and none gives up", async () => {
    const url = await postgres.fresh();
    const ledgers = await Promise.all([1, 2, 3].map(() => open(url)));
    const skewed = (ms: number) => ({ ...systemClock, now: () => systemClock.now() + ms });
    const boards = await Promise.all(
      ledgers.map((ledger, i) => openProjections(ledger, { clock: skewed((i - 1) * 6_000), random: systemRandom })),
    );
    await Promise.all(boards.map((projections, i) => intendBelowTen(projections, `p${i}`, 20)));
    const all = (await ledgers[0]?.since(0, 10_000)) ?? [];
    expect(mostInFlight(all)).toBe(10);
    expect(all.filter(({ type }) => type === "upgrade.intended")).toHaveLength(60);
  });

  test("a database that only reads takes nothing, and says why", async () => {
    const ledger = await open((await filled()).replace("options=", "options=-cdefault_transaction_read_only%3Don%20"));
    const refused = append(ledger, "s.1", anEvent());
    await expect(refused).rejects.toThrow(LedgerUnwritable);
    await expect(refused).rejects.toThrow("its database only reads: it is a standby, or is set to read only");
    await expect(ledger.check()).rejects.toThrow("only reads");
    expect(await ledger.since(0, 100)).toHaveLength(5);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LedgerEvent } from "../../src/model/events.ts";
import { type Ledger, LedgerLost } from "../../src/model/ledger-port.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { systemRandom } from "../../src/system.ts";
import { append, appendAll } from "../support/append.ts";
import { intendBelowTen } from "../support/intend-below-ten.ts";
import { manualClock } from "../support/manual-clock.ts";
import { mostInFlight } from "../support/most-in-flight.ts";
import { runs } from "../support/runs.ts";

let made = 0;

export function anEvent(closes = false): LedgerEvent {
  made += 1;
  return {
    type: "person.told",
    data: { text: `event ${made}` },
    id: `e${made}`,
    v: 1,
    at: made,
    actor: "drydock",
    ...(closes ? { closes: true } : {}),
  };
}

/** What every ledger does, whatever it is kept in. */
export function ledgerContract(name: string, open: () => Promise<Ledger>): void {
  describe(`the ledger ${name}`, () => {
    test("returns what was written as it is stored, and gives it back in the stream's order and in its own", async () => {
      const ledger = await open();
      const [a, b, c, d] = [anEvent(), anEvent(), anEvent(), anEvent()];
      const written = await appendAll(
        ledger,
        { stream: "s.1", events: [a, b] },
        { stream: "s.2", events: [c] },
        { stream: "s.1", events: [d] },
      );
      expect(written).toEqual([
        { ...a, stream: "s.1", seq: 1, position: 1 },
        { ...b, stream: "s.1", seq: 2, position: 2 },
        { ...c, stream: "s.2", seq: 1, position: 3 },
        { ...d, stream: "s.1", seq: 3, position: 4 },
      ]);
      expect((await ledger.read("s.1")).map(({ id }) => id)).toEqual([a.id, b.id, d.id]);
      expect(await ledger.since(0, 100)).toEqual(written);
      expect(await ledger.since(1, 2)).toEqual(written.slice(1, 3));
      await ledger.close();
    });

    test("reads all streams whose names begin alike, each in its order, and no other", async () => {
      const ledger = await open();
      const streams = ["s.1", "s.1.", "s.1.a", "s.1.b", "s.1.a.2", "s.1é", "s.10.a", "s.1/"];
      for (const stream of streams) await append(ledger, stream, anEvent());
      await append(ledger, "s.1.a", ...Array.from({ length: 1_200 }, () => anEvent()));
      const found = await ledger.readBelow("s.1.");
      expect([...new Set(found.map(({ stream }) => stream))].sort()).toEqual(["s.1.", "s.1.a", "s.1.a.2", "s.1.b"]);
      const counted = found.filter(({ stream }) => stream === "s.1.a").map(({ seq }) => seq);
      expect(counted).toEqual(Array.from({ length: 1_201 }, (_, i) => i + 1));
      await ledger.close();
    });

    test("writes nothing of a turn whose decision throws, and passes on what it threw", async () => {
      const ledger = await open();
      await append(ledger, "s.1", anEvent());
      const refusal = new Error("not now");
      const turn = ledger.turn(0, () => {
        throw refusal;
      });
      await expect(turn).rejects.toBe(refusal);
      expect(await ledger.since(0, 100)).toHaveLength(1);
      expect(await append(ledger, "s.1", anEvent())).toMatchObject([{ seq: 2, position: 2 }]);
      await ledger.close();
    });

    test("writes nothing of a turn that cannot be written whole", async () => {
      const ledger = await open();
      const known = anEvent();
      await append(ledger, "s.closed", known, anEvent(true));
      const other = { stream: "s.1", events: [anEvent()] };
      await expect(appendAll(ledger, other, { stream: "s.closed", events: [anEvent()] })).rejects.toThrow("closed");
      await expect(appendAll(ledger, other, { stream: "s.2", events: [anEvent(true), anEvent()] })).rejects.toThrow(
        "follows the one that closes",
      );
      await expect(appendAll(ledger, other, { stream: "s.2", events: [known] })).rejects.toThrow();
      await expect(appendAll(ledger, other, { stream: "", events: [anEvent()] })).rejects.toThrow("1 to 512");
      expect(await ledger.since(0, 100)).toHaveLength(2);
      await ledger.close();
    });

    test("under any turns of three writers, each is handed exactly what the others wrote, and nothing has gaps", async () => {
      const turn = fc.record({
        writer: fc.integer({ min: 0, max: 2 }),
        writes: fc.array(fc.record({ stream: fc.integer({ min: 1, max: 3 }), count: fc.integer({ min: 0, max: 3 }) }), {
          maxLength: 3,
        }),
        refuses: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(turn, { maxLength: 12 }), async (turns) => {
          const ledger = await open();
          const wrote: string[] = [];
          const positions = [0, 0, 0];
          for (const { writer, writes, refuses } of turns) {
            const position = positions[writer] ?? 0;
            const events = writes.map(({ stream, count }) => ({
              stream: `s.${stream}`,
              events: Array.from({ length: count }, () => anEvent()),
            }));
            const work = ledger.turn(position, (fresh) => {
              expect(fresh.map(({ id }) => id)).toEqual(wrote.slice(position));
              positions[writer] = position + fresh.length;
              if (refuses) throw new Error("refused");
              return events;
            });
            if (refuses) {
              await expect(work).rejects.toThrow("refused");
              continue;
            }
            const written = await work;
            wrote.push(...events.flatMap((write) => write.events.map(({ id }) => id)));
            positions[writer] = written.at(-1)?.position ?? positions[writer] ?? 0;
            expect(positions[writer]).toBe(wrote.length);
          }
          const all = await ledger.since(0, 1_000);
          expect(all.map(({ id }) => id)).toEqual(wrote);
          expect(all.map(({ position }) => position)).toEqual(all.map((_event, i) => i + 1));
          for (const stream of ["s.1", "s.2", "s.3"])
            expect((await ledger.read(stream)).map(({ seq }) => seq)).toEqual(
              all.filter((event) => event.stream === stream).map((_event, i) => i + 1),
            );
          await ledger.close();
        }),
        { numRuns: runs(10, 250) },
      );
    });

    test("gives no turn to a process that knows more than the ledger holds", async () => {
      const ledger = await open();
      await append(ledger, "s.1", anEvent());
      const turn = ledger.turn(2, () => [{ stream: "s.1", events: [anEvent()] }]);
      await expect(turn).rejects.toThrow(LedgerLost);
      expect(await ledger.since(0, 100)).toHaveLength(1);
      await ledger.close();
    });

    test("three projections, each deciding to begin while fewer than ten are in flight, never pass ten", async () => {
      const ledger = await open();
      const ports = { clock: manualClock(1_000), random: systemRandom };
      const boards = await Promise.all([1, 2, 3].map(() => openProjections(ledger, ports)));
      await Promise.all(boards.map((projections, i) => intendBelowTen(projections, `p${i}`, 20)));
      const all = await ledger.since(0, 10_000);
      expect(mostInFlight(all)).toBe(10);
      expect(all.filter(({ type }) => type === "upgrade.intended")).toHaveLength(60);
      await ledger.close();
    });
  });
}

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Ledger, LedgerConflict } from "../../src/app/ports.ts";
import type { LedgerEvent } from "../../src/domain/events.ts";
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
    test("gives back what was appended, in the stream's order and in the ledger's", async () => {
      const ledger = await open();
      const [a, b, c] = [anEvent(), anEvent(), anEvent()];
      await ledger.append([
        { stream: "s.1", after: 0, events: [a, b] },
        { stream: "s.2", after: 0, events: [c] },
      ]);
      expect(await ledger.read("s.1")).toEqual([
        { ...a, stream: "s.1", seq: 1, position: 1 },
        { ...b, stream: "s.1", seq: 2, position: 2 },
      ]);
      expect((await ledger.since(1, 10)).map((event) => event.id)).toEqual([b.id, c.id]);
      expect(await ledger.since(0, 1)).toHaveLength(1);
      await ledger.close();
    });

    test("knows when it was last said to be alive, also where nothing was written since", async () => {
      const ledger = await open();
      expect(await ledger.aliveAt()).toBe(0);
      await ledger.alive(1_767_225_600_000);
      await ledger.append([{ stream: "s.1", after: 0, events: [anEvent()] }]);
      expect(await ledger.aliveAt()).toBe(1_767_225_600_000);
      await ledger.alive(1_767_225_605_000);
      expect(await ledger.aliveAt()).toBe(1_767_225_605_000);
      await ledger.close();
    });

    test("refuses a second writer, and writes nothing of the whole transaction then", async () => {
      const ledger = await open();
      await ledger.append([{ stream: "s.1", after: 0, events: [anEvent()] }]);
      const both = [
        { stream: "s.2", after: 0, events: [anEvent()] },
        { stream: "s.1", after: 0, events: [anEvent()] },
      ];
      await expect(ledger.append(both)).rejects.toThrow(LedgerConflict);
      expect(await ledger.read("s.2")).toEqual([]);
      await ledger.close();
    });

    test("takes the same events again as done", async () => {
      const ledger = await open();
      const write = { stream: "s.1", after: 0, events: [anEvent(), anEvent()] };
      await ledger.append([write]);
      await ledger.append([{ stream: "s.1", after: 2, events: [anEvent()] }]);
      await ledger.append([write]);
      expect(await ledger.read("s.1")).toHaveLength(3);
      await expect(ledger.append([{ stream: "s.1", after: 0, events: [anEvent(), anEvent()] }])).rejects.toThrow(
        LedgerConflict,
      );
      await ledger.close();
    });

    test("knows which streams are open, and adds nothing to a closed one", async () => {
      const ledger = await open();
      await ledger.append([
        { stream: "s.1", after: 0, events: [anEvent()] },
        { stream: "s.2", after: 0, events: [anEvent(true)] },
      ]);
      expect(await ledger.open()).toEqual(["s.1"]);
      await expect(ledger.append([{ stream: "s.2", after: 1, events: [anEvent()] }])).rejects.toThrow("closed");
      await ledger.close();
    });

    test("under any sequence of right and wrong writers, streams and positions have no gaps", async () => {
      const step = fc.record({
        stream: fc.integer({ min: 1, max: 3 }),
        off: fc.constantFrom(0, 0, 0, 1, -1),
        events: fc.integer({ min: 1, max: 3 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const ledger = await open();
          const counts = new Map<string, number>();
          for (const { stream, off, events } of steps) {
            const name = `s.${stream}`;
            const count = counts.get(name) ?? 0;
            const after = Math.max(0, count + off);
            const work = ledger.append([
              { stream: name, after, events: Array.from({ length: events }, () => anEvent()) },
            ]);
            if (after === count) {
              await work;
              counts.set(name, count + events);
            } else {
              await expect(work).rejects.toThrow(LedgerConflict);
            }
          }
          const all = await ledger.since(0, 1_000);
          expect(all.map((event) => event.position)).toEqual(all.map((_event, i) => i + 1));
          for (const [name, count] of counts)
            expect((await ledger.read(name)).map((event) => event.seq)).toEqual(
              Array.from({ length: count }, (_, i) => i + 1),
            );
          await ledger.close();
        }),
        { numRuns: runs(10, 250) },
      );
    });
  });
}

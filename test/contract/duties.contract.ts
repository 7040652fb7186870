import { afterEach, describe, expect, test } from "vitest";
import { aborted } from "../../src/core/aborted.ts";
import type { Duties, Duty, DutyName, Term } from "../../src/core/duties.ts";
import { keepLog } from "../support/silent-log.ts";
import { until } from "../support/time.ts";

/** A duty whose work notes what happens to it. @param ending what its end waits for. */
export function aDuty(
  name: DutyName,
  events: string[],
  { ending, terms = [] }: { readonly ending?: () => Promise<void>; readonly terms?: Term[] } = {},
): Duty {
  return {
    name,
    round: 5_000,
    async work(term) {
      events.push(`${name} begins`);
      terms.push(term);
      term.progress();
      await aborted(term.signal);
      await ending?.();
      events.push(`${name} ends`);
    },
  };
}

/** What every adapter of the duties does. @param open a process of its own, with the same duties as the others. */
export function dutiesContract(name: string, open: (log: ReturnType<typeof keepLog>) => Promise<Duties>): void {
  describe(`the duties ${name}`, () => {
    const opened: Duties[] = [];
    afterEach(async () => {
      for (const duties of opened.splice(0)) await duties.close();
    });

    async function one(log = keepLog()): Promise<Duties> {
      const duties = await open(log);
      opened.push(duties);
      return duties;
    }

    test("a process that is alone works at all of them, each once", async () => {
      const events: string[] = [];
      const terms: Term[] = [];
      const duties = await one();
      await duties.run([aDuty("slack", events, { terms }), aDuty("server:prod", events, { terms })]);
      await until("both have begun", () => events.length === 2);
      expect(events).toEqual(["slack begins", "server:prod begins"]);
      expect(terms.map(({ duty, signal }) => [duty, signal.aborted])).toEqual([
        ["slack", false],
        ["server:prod", false],
      ]);
      expect(terms.every(({ epoch }) => epoch >= 1)).toBe(true);
    });

    test("a close ends every term, and waits until its work has ended", async () => {
      const events: string[] = [];
      let end = () => {};
      const ending = () => new Promise<void>((resolve) => (end = resolve));
      const duties = await one();
      await duties.run([aDuty("slack", events), aDuty("server:prod", events, { ending })]);
      await until("both have begun", () => events.length === 2);
      const closed = duties.close().then(() => events.push("closed"));
      await until("one has ended", () => events.includes("slack ends"));
      expect(events).not.toContain("closed");
      end();
      await closed;
      expect(events.slice(2)).toEqual(["slack ends", "server:prod ends", "closed"]);
    });

    test("work that ends with an error is logged, and does not touch the others", async () => {
      const log = keepLog();
      const events: string[] = [];
      const duties = await one(log);
      const failing: Duty = {
        ...aDuty("server:prod", events),
        async work(term) {
          term.progress();
          throw new Error("the work failed");
        },
      };
      await duties.run([aDuty("slack", events), failing]);
      await until("it is logged", () => log.said.some((line) => line.includes("server:prod")));
      expect(events).toEqual(["slack begins"]);
    });

    test("a close before a run, and a second one, do nothing", async () => {
      const duties = await one();
      await duties.close();
      await duties.close();
    });
  });
}

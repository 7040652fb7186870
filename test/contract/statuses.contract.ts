import { describe, expect, test } from "vitest";
import type { ServerStatus, ServerStatuses } from "../../src/servers/server-status.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";

export function aStatus(given: Partial<ServerStatus> = {}): ServerStatus {
  return {
    server: "prod",
    at: 1_000,
    answers: true,
    strange: undefined,
    lookedAround: true,
    ledgerChecked: true,
    otherName: { kind: "none" },
    hold: undefined,
    deployments: { kind: "known", value: 0 },
    unreadFor: 0,
    maintenance: { kind: "known", value: false },
    slots: { open: 10, of: 10, why: undefined },
    busy: [],
    ...given,
  };
}

/** Two ways to one place: in one process they may be the same. */
export interface Place {
  readonly here: ServerStatuses;
  readonly there: ServerStatuses;
  /** Fulfilled once each of them knows what the other one published. */
  exchange(): Promise<void>;
}

/** A place that takes a moment for the exchange adds it to the ages, in ms; a wall clock's jump is far longer. */
const EXCHANGE = 60_000;

function expectAges({ here, there }: Place, age: number): void {
  for (const found of [here.of("prod")?.age, there.of("prod")?.age]) {
    expect(found).toBeGreaterThanOrEqual(age);
    expect(found).toBeLessThan(age + EXCHANGE);
  }
}

/** What every place for statuses does. */
export function statusesContract(name: string, open: (clock: ManualClock) => Promise<Place>): void {
  describe(`the statuses ${name}`, () => {
    test("has none before one is published, and then that of each server", async () => {
      const clock = manualClock();
      const { here, there, exchange } = await open(clock);
      expect(there.of("prod")).toBeUndefined();
      here.publish(aStatus({ at: clock.now(), answers: false, strange: "a login page" }));
      here.publish(aStatus({ at: clock.now(), server: "test" }));
      await exchange();
      expect(there.of("prod")?.status).toEqual(aStatus({ at: clock.now(), answers: false, strange: "a login page" }));
      expect(there.of("test")?.status.server).toBe("test");
      expect(there.of("other")).toBeUndefined();
    });

    test("keeps the newest one, whoever published it and whatever the wall clock said", async () => {
      const clock = manualClock();
      const { here, there, exchange } = await open(clock);
      here.publish(aStatus({ at: clock.now() }));
      await exchange();
      clock.jump(-3_600_000);
      there.publish(aStatus({ at: clock.now(), answers: false }));
      await exchange();
      expect([here.of("prod")?.status.answers, there.of("prod")?.status.answers]).toEqual([false, false]);
      here.publish(aStatus({ at: clock.now() }));
      await exchange();
      expect([here.of("prod")?.status.answers, there.of("prod")?.status.answers]).toEqual([true, true]);
    });

    test("tells how old one is, and a wall clock that jumps afterwards changes nothing", async () => {
      const clock = manualClock();
      const place = await open(clock);
      place.here.publish(aStatus({ at: clock.now() }));
      await place.exchange();
      await clock.advance(4_000);
      expectAges(place, 4_000);
      clock.jump(3_600_000);
      await clock.advance(1_000);
      await place.exchange();
      expectAges(place, 5_000);
    });

    test("calls back after something was published here, until that is ended", async () => {
      const clock = manualClock();
      const { here } = await open(clock);
      let called = 0;
      const end = here.onChange(() => {
        called += 1;
      });
      here.publish(aStatus({ at: clock.now() }));
      end();
      here.publish(aStatus({ at: clock.now(), answers: false }));
      expect(called).toBe(1);
    });
  });
}

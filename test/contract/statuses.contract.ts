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

/** What every place for statuses does. @param open two ways to one place: in one process they may be the same. */
export function statusesContract(
  name: string,
  open: (clock: ManualClock) => { readonly here: ServerStatuses; readonly there: ServerStatuses },
): void {
  describe(`the statuses ${name}`, () => {
    test("has none before one is published, and then that of each server", () => {
      const clock = manualClock();
      const { here, there } = open(clock);
      expect(there.of("prod")).toBeUndefined();
      here.publish(aStatus({ at: clock.now(), answers: false, strange: "a login page" }));
      here.publish(aStatus({ at: clock.now(), server: "test" }));
      expect(there.of("prod")?.status).toEqual(aStatus({ at: clock.now(), answers: false, strange: "a login page" }));
      expect(there.of("test")?.status.server).toBe("test");
      expect(there.of("other")).toBeUndefined();
    });

    test("keeps the newest one, whoever published it and whatever the wall clock said", () => {
      const clock = manualClock();
      const { here, there } = open(clock);
      here.publish(aStatus({ at: clock.now() }));
      clock.jump(-3_600_000);
      there.publish(aStatus({ at: clock.now(), answers: false }));
      expect([here.of("prod")?.status.answers, there.of("prod")?.status.answers]).toEqual([false, false]);
      here.publish(aStatus({ at: clock.now() }));
      expect([here.of("prod")?.status.answers, there.of("prod")?.status.answers]).toEqual([true, true]);
    });

    test("tells how old one is, and a wall clock that jumps afterwards changes nothing", async () => {
      const clock = manualClock();
      const { here, there } = open(clock);
      here.publish(aStatus({ at: clock.now() }));
      await clock.advance(4_000);
      expect([here.of("prod")?.age, there.of("prod")?.age]).toEqual([4_000, 4_000]);
      clock.jump(3_600_000);
      await clock.advance(1_000);
      expect([here.of("prod")?.age, there.of("prod")?.age]).toEqual([5_000, 5_000]);
    });

    test("calls back after something was published here, until that is ended", () => {
      const clock = manualClock();
      const { here } = open(clock);
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

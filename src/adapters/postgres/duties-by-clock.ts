import { type ClockState, clockStateOf } from "../../core/clock-state.ts";
import type { Duties, Duty } from "../../core/duties.ts";
import type { Clock, Log } from "../../core/ports.ts";

/** From one look at the clocks to the next, in ms. */
const LOOK_EVERY = 10_000;

export interface DutiesByClock extends Duties {
  clockState(): ClockState;
}

/** Takes part in sharing out the duties only while this machine's clock is right. Once it was wrong, it has to be quite right again. */
export function createDutiesByClock(ports: {
  /** Takes part as another replica each time. */
  readonly create: () => Duties;
  /** By how much the clocks differ, in ms. Throws if the database does not answer. */
  readonly difference: () => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
}): DutiesByClock {
  const { create, difference, clock, log } = ports;
  let duties: readonly Duty[] = [];
  let state: ClockState = "right";
  let active: Duties | undefined;
  let isClosing = false;
  let looking: Promise<void> = Promise.resolve();
  let cancel = () => {};
  let endLook = () => {};
  const ending = new Promise<undefined>((resolve) => {
    endLook = () => resolve(undefined);
  });

  async function measure(): Promise<void> {
    let apart: number | undefined;
    try {
      apart = await Promise.race([difference(), ending]);
    } catch {
      // A database that does not answer is noticed elsewhere.
      return;
    }
    if (apart === undefined) return;
    const found = clockStateOf(apart);
    const next = state === "wrong" && found === "differs" ? "wrong" : found;
    if (next === state) return;
    state = next;
    if (next === "right") log.info({ apart }, "this replica's clock and the database's are right again");
    else if (next === "differs")
      log.warn({ apart }, "this replica's clock and the database's differ: synchronise both");
    else log.error({ apart }, "this replica's clock and the database's differ too much: it takes no duties");
  }

  async function takePart(): Promise<void> {
    if (state === "wrong") {
      const ending = active;
      active = undefined;
      await ending?.close();
    } else if (!active && !isClosing) {
      active = create();
      await active.run(duties);
    }
  }

  async function look(): Promise<void> {
    await measure();
    try {
      await takePart();
    } catch (error) {
      const failed = active;
      active = undefined;
      await failed?.close();
      throw error;
    }
  }

  function lookLater(): void {
    cancel = clock.after(LOOK_EVERY, () => {
      looking = look()
        .catch((error: unknown) => log.warn({ error }, "this replica could not take part. It tries again"))
        .then(() => {
          if (!isClosing) lookLater();
        });
    });
  }

  return {
    clockState: () => state,
    async run(given) {
      duties = given;
      await look();
      lookLater();
    },
    async close() {
      isClosing = true;
      cancel();
      // A database that does not answer holds up no end.
      endLook();
      await looking;
      await active?.close();
    },
  };
}

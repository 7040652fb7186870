import { jumpBetween } from "../core/jump-between.ts";
import type { Clock, Log, ServerName } from "../core/ports.ts";
import { isUnderWay } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";

/** A clock that jumps again and again is said once in this time, in ms. */
const SAID_AGAIN = 3_600_000;

/** Notices that the wall clock has jumped: it is logged, and the threads of the rollouts under way say so. */
export function createClockJumps(ports: {
  readonly projections: Projections;
  readonly servers: readonly ServerName[];
  readonly clock: Clock;
  readonly log: Log;
}): { look(): Promise<void> } {
  const { projections, servers, clock, log } = ports;
  const moment = () => ({ wall: clock.now(), monotonic: clock.monotonic() });
  let before = moment();
  let saidAt = Number.NEGATIVE_INFINITY;

  return {
    async look() {
      const now = moment();
      const ms = jumpBetween(before, now);
      before = now;
      if (ms === 0) return;
      log.warn({ ms }, "the wall clock has jumped, or the machine slept. Deadlines go by the monotonic clock");
      if (now.monotonic - saidAt < SAID_AGAIN) return;
      saidAt = now.monotonic;
      try {
        await projections.change(() =>
          servers.flatMap((server) => {
            const rollouts = projections.openRollouts(server).filter(isUnderWay);
            const data = { ms, rollouts: rollouts.map(({ id }) => id) };
            if (rollouts.length === 0) return [];
            return [{ stream: `server.${server}`, actor: "drydock", events: [{ type: "clock.jumped", data }] }];
          }),
        );
      } catch (error) {
        log.warn({ error }, "that the clock has jumped could not be written down");
      }
    },
  };
}

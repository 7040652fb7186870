import type { Clock } from "./ports.ts";

/** Events come in bursts: what follows from them is worked out once, this many ms after the first. */
const BURST = 20;

/** Takes the same step again after something happened, and at every tick. One at a time. */
export interface Pulse {
  /** Something happened. */
  beat(): void;
  /** Takes no step any more, and waits for the one that is under way. */
  stop(): Promise<void>;
}

/** @param step never throws. @param onTick what else is done at every tick, of so many ms. */
export function createPulse(
  step: () => Promise<void>,
  { clock, tick, onTick }: { readonly clock: Clock; readonly tick: number; readonly onTick: () => void },
): Pulse {
  let work: Promise<void> = Promise.resolve();
  let stopped = false;
  let cancelBeat: (() => void) | undefined;
  let cancelTick = clock.after(0, ticks);

  function beat(): void {
    if (stopped || cancelBeat) return;
    cancelBeat = clock.after(BURST, () => {
      cancelBeat = undefined;
      work = work.then(step);
    });
  }

  function ticks(): void {
    beat();
    onTick();
    cancelTick = clock.after(tick, ticks);
  }

  return {
    beat,
    stop() {
      stopped = true;
      cancelTick();
      cancelBeat?.();
      return work;
    },
  };
}

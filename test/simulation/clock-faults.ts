import type { World } from "./run.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const JUMPS = [6 * SECOND, 61 * SECOND, 3_653 * SECOND, 3 * HOUR, 3_650 * 24 * HOUR];
const SLEEPS = [6 * SECOND, 61 * SECOND, 15 * 60 * SECOND, 3 * HOUR];

/** A clock that jumps begins late enough that it shows no time before 1970. */
export const BEGIN = Date.UTC(2026, 10, 2, 22, 0, 0);

/**
 * What chance may do to the machine's clock: somebody sets it, either way, or the machine sleeps, while its monotonic clock goes on or stands still.
 * @param longest so far it jumps at most. Between two processes nothing tells a jump from an absence, and what is paused for a day ends.
 */
export function disturbClock({ clock, random }: Pick<World, "clock" | "random">, longest = 3 * HOUR): void {
  const jumps = JUMPS.filter((ms) => ms <= longest);
  const one = (some: readonly number[]) => some[Math.floor(random() * some.length)] ?? 0;
  const jump = random() < 0.5;
  const either = random() < 0.5;
  if (jump) clock.jump(either ? one(jumps) : -one(jumps));
  else clock.sleep(one(SLEEPS), either ? "goes-on" : "stands-still");
}

/** Between an attempt and its request some time passes, and now and then the clock is disturbed just then. */
export async function disturbPut(world: Pick<World, "clock" | "random">): Promise<void> {
  const { clock, random } = world;
  const ms = random() * 3 * SECOND;
  const disturbed = random() < 0.1;
  await new Promise<void>((resolve) => clock.after(ms, resolve));
  if (disturbed) disturbClock(world);
}

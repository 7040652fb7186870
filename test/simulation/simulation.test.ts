import { expect, test } from "vitest";
import { SEEDS } from "../golden/golden-logs.ts";
import { play, problemsOf } from "./schedule.ts";

/** How many schedules; `DRYDOCK_SCHEDULES` sets another number, `DRYDOCK_SEED` the first. The golden test plays the seeds before. */
const SCHEDULES = Number(process.env.DRYDOCK_SCHEDULES ?? 300);
const FIRST = Number(process.env.DRYDOCK_SEED ?? SEEDS + 1);

test(`${SCHEDULES} random schedules from seed ${FIRST}: nothing twice, nothing lost, never above the slots, and the card tells the truth`, {
  timeout: 60_000 + SCHEDULES * 1_000,
}, async () => {
  for (let seed = FIRST; seed < FIRST + SCHEDULES; seed += 1) {
    const again = `seed ${seed}; again with DRYDOCK_SEED=${seed} DRYDOCK_SCHEDULES=1`;
    expect({ again, problems: await problemsOf(await play(seed)) }).toEqual({ again, problems: [] });
  }
});

import { duration } from "../../core/format.ts";
import type { PlanFacts } from "../../model/plan/plan-facts.ts";

/** `About 6 min, at most 10 at a time, 2 behind one relay.` */
export function durationWords({ takes, learned, perRelay }: PlanFacts, slots: number): string {
  const guessed = learned ? "" : " (guessed at 3 min an agent)";
  const spread = perRelay === undefined ? "" : `, ${perRelay} behind one relay`;
  return `About ${duration(takes)}${guessed}, at most ${slots} at a time${spread}.`;
}

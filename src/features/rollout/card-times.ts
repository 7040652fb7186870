import { duration } from "../../core/format.ts";
import type { Line } from "../../core/view.ts";
import { exceedsWindowWords } from "../../gates/exceeds-window.ts";
import { type Expectation, median } from "../../model/plan/learned.ts";
import type { PlannedAgent } from "../../model/plan/plan.ts";
import { forecast } from "../../model/rollout/progress.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";
import type { Projections } from "../../projections/projections.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { Slots } from "../../servers/slots.ts";

/** Whether time passes for this rollout: upgrades are in flight, and it is not paused. */
export function isTicking({ status }: Rollout, upgrades: readonly Upgrade[]): boolean {
  if (status !== "running" && status !== "stopping") return false;
  return upgrades.some((upgrade) => upgrade.outcome === undefined);
}

/** `Running for 3 min, about 12 min left, ` */
export function cardTimes(given: {
  readonly rollout: Rollout;
  readonly upgrades: readonly Upgrade[];
  readonly slots: Slots;
  readonly expect: (agent: PlannedAgent) => Expectation;
  readonly now: number;
}): string {
  const { rollout, upgrades, slots, now } = given;
  const open = Math.max(1, Math.min(rollout.plan.options.slots, slots.open));
  const expected = rollout.plan.agents.map(given.expect);
  const here = learnedHere(upgrades);
  // What this rollout itself has shown is nearer than a guess.
  const lengths = expected.map(({ ms, learned }) => (learned ? ms : (here ?? ms)));
  const begun = new Map(upgrades.map((upgrade) => [upgrade.agent.id, upgrade]));
  const left = rollout.plan.agents.flatMap((agent, i) => {
    const upgrade = begun.get(agent.id);
    const length = lengths[i] ?? 0;
    if (!upgrade) return rollout.status === "stopping" ? [] : [length];
    return upgrade.outcome ? [] : [Math.min(length, Math.max(0, length - (now - upgrade.intendedAt)))];
  });
  const guessed = here === undefined && !expected.some(({ learned }) => learned);
  return `Running for ${duration(now - rollout.startedAt)}, ${leftIn(left, open)}${guessed ? " (guessed)" : ""}.`;
}

/** What is in flight may take longer than anything before it did: then nobody can say how long. */
function leftIn(left: readonly number[], slots: number): string {
  const ms = forecast(left, slots);
  return left.length > 0 && ms === 0 ? "longer than expected" : `about ${duration(ms)} left`;
}

/** The median of what this rollout's upgrades took; undefined before the first is done. */
function learnedHere(upgrades: readonly Upgrade[]): number | undefined {
  const durations = upgrades.flatMap(({ took }) => took ?? []);
  return durations.length > 0 ? median(durations) : undefined;
}

/** Why agents of a running rollout do not begin before the window closes; undefined where all of them still may. */
export function exceedsWindowFor(
  projections: Projections,
  server: Pick<ManagedServer, "name" | "policy">,
  rollout: Rollout,
  now: number,
): Line | undefined {
  if (rollout.status !== "running" || server.policy.windows.length === 0) return undefined;
  const waiting = rollout.plan.agents.filter(({ id }) => projections.attempts(rollout.id, id).length === 0);
  const expected = waiting.map((agent) => projections.learned.expect(server.name, agent).ms);
  return exceedsWindowWords(server.policy, now, expected);
}

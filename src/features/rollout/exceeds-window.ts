import type { Line } from "../../core/view.ts";
import { exceedsWindowWords } from "../../gates/exceeds-window.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Projections } from "../../projections/projections.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

/** Why agents of a running rollout do not begin before the window closes; undefined where all of them still may. */
export function exceedsWindowFor(
  projections: Projections,
  server: ManagedServer,
  rollout: Rollout,
  now: number,
): Line | undefined {
  if (rollout.status !== "running" || server.policy.windows.length === 0) return undefined;
  const waiting = rollout.plan.agents.filter(({ id }) => projections.attempts(rollout.id, id).length === 0);
  const expected = waiting.map((agent) => projections.learned.expect(server.name, agent).ms);
  return exceedsWindowWords(server.policy, now, expected);
}

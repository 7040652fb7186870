import { follow } from "../../gates/follow.ts";
import { blockedAt } from "../../gates/index.ts";
import { ofRollout } from "../../gates/rollout-situation.ts";
import type { Policy } from "../../model/policy.ts";
import { askAgain } from "../../model/rollout/ask-again.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";

/**
 * What a server brings that was upgraded in the middle of a rollout.
 * @param version what the server reports now; undefined if it does not report it.
 */
export function versionEvents(
  rollout: Rollout,
  policy: Policy,
  version: string | undefined,
  now: number,
): readonly RolloutEvent[] {
  const blocked = blockedAt("version", "rollout", ofRollout(rollout, now, { serverVersion: version }), policy);
  const plan = { ...rollout.plan, serverVersion: version ?? null };
  return follow("version", rollout, blocked, (because) => askAgain({ ...rollout, plan }, policy, now, because));
}

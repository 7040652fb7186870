import { said } from "../../core/cause.ts";
import type { Policy } from "../../model/policy.ts";
import { approvalsWanted } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import { askAgain } from "../approval/decide-ask-again.ts";

/**
 * What a server that was upgraded in the middle brings: agents take the version that ships with it, so what was agreed to is not
 * what would happen. The rollout pauses, also where it is paused for another reason, and asks for approvals again where there were any.
 * @param version what the server tells now; undefined where it does not tell.
 */
export function versionEvents(
  rollout: Rollout,
  policy: Policy,
  version: string | undefined,
  now: number,
): readonly RolloutEvent[] {
  const before = rollout.plan.serverVersion;
  if (version === undefined || before === null || before === version) return [];
  const isTold = rollout.status === "paused" && rollout.pause?.serverVersion === version;
  if (isTold || (rollout.status !== "running" && rollout.status !== "paused")) return [];
  const causes = [
    said(
      `${policy.server} is at ${version} now and was at ${before} when this was planned: the agents that still wait would be upgraded to what ships with ${version}.`,
    ),
  ];
  const paused: RolloutEvent = {
    type: "rollout.paused",
    data: { by: "drydock", kind: "version", causes, serverVersion: version },
  };
  if (approvalsWanted(rollout, policy) === 0) return [paused];
  const plan = { ...rollout.plan, serverVersion: version };
  return [paused, askAgain({ ...rollout, plan }, policy, now, causes)];
}

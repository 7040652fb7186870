import { approvalsWanted } from "../model/rollout/request.ts";
import type { RolloutGate } from "./gate.ts";

/**
 * Agents take the version that ships with their server. If the server is at another version than planned, the rollout does something
 * else than was agreed to. Each version is told once.
 */
export const serverVersion: RolloutGate = {
  id: "server-version",
  at: ["version"],
  blocks({ rollout, serverVersion: now }, { policy }) {
    const before = rollout?.plan.serverVersion ?? null;
    if (!rollout || now === undefined || before === null || before === now) return undefined;
    const asksAgain = approvalsWanted(rollout, policy) > 0;
    const isTold = rollout.pause?.serverVersion === now;
    if (isTold || (rollout.status !== "running" && rollout.status !== "paused")) return undefined;
    return {
      code: "moved",
      params: { server: policy.server, before, now },
      effect: "pause",
      kind: "version",
      asksAgain,
      // The request says it too, so a pause for another reason keeps saying why.
      ...(asksAgain && rollout.pause && rollout.pause.kind !== "version" ? {} : { serverVersion: now }),
    };
  },
  phrase: ({ params: { server, before, now } }) => [
    `${server} is at `,
    { data: `${now}` },
    " now and was at ",
    { data: `${before}` },
    " when this was planned: the agents that still wait would be upgraded to what ships with ",
    { data: `${now}` },
    ".",
  ],
};

import { cause } from "../core/cause.ts";
import { isScheduled } from "../model/rollout/request.ts";
import { isOpen } from "../model/windows.ts";
import { type RolloutGate, WAIT } from "./gate.ts";
import { asksAgainOrRefuses } from "./rule-effect.ts";

/** A start that is later than this asks again, because the approvers agreed to another moment. */
const LATEST = 15 * 60_000;

/** A scheduled start begins at its time, while a window is open. Otherwise it is asked again, or its owner has to start it. */
export const startOnTime: RolloutGate = {
  id: "start-on-time",
  at: ["due", "start-due"],
  blocks({ rollout, now }, { at, policy }) {
    if (!rollout?.schedule) return undefined;
    if (at === "due")
      return isScheduled(rollout) && now < rollout.schedule.at ? { code: "early", params: {}, ...WAIT } : undefined;
    const { server } = policy;
    const isLate = now > rollout.schedule.at + LATEST;
    if (!isLate && isOpen(policy.windows, now)) return undefined;
    const why = isLate ? cause("start-time-missed", { server }) : cause("start-window-closed", { server });
    return { cause: why, ...asksAgainOrRefuses(rollout, policy) };
  },
  phrase: () => ["Its time has not come yet."],
};

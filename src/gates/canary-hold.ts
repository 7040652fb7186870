import { cause } from "../core/cause.ts";
import { canariesDone } from "../model/rollout/canaries.ts";
import { pauses, type RolloutGate } from "./gate.ts";
import { fieldSetting } from "./setting.ts";
import { yesOrNo } from "./setting-schemas.ts";

/** Once the canaries are stable a person looks before the rest begins, if the rollout or the rules ask for it. */
export const canaryHold: RolloutGate = {
  id: "canary-hold",
  at: ["tick", "trigger"],
  setting: fieldSetting("canaryHold", {
    schema: yesOrNo("canaryHold: true").default(false),
    fallback: false,
    doc: "After the canaries, a person must resume the rollout.",
    words: (isOn) => (isOn ? [["When the canaries are stable, a person has to press Resume."]] : []),
  }),
  blocks({ rollout, course }, { policy }) {
    const done = rollout && course && canariesDone(rollout, course.upgrades);
    // If none is stable, a person resumed in spite of that, and has looked already.
    if (!done || done.stable === 0) return undefined;
    const holds = rollout.plan.options.hold === true || policy.canaryHold;
    return holds ? pauses("canary", cause("canaries-stable", done)) : undefined;
  },
};

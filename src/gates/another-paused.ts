import { isBreakerOpen } from "../model/rollout/rollout-guards.ts";
import { type RolloutGate, WAIT } from "./gate.ts";
import { type Setting, settingOf } from "./setting.ts";
import { yesOrNo } from "./setting-schemas.ts";

const setting: Setting<boolean> = {
  key: "waitForPausedRollouts",
  isField: false,
  schema: yesOrNo("waitForPausedRollouts: true").optional(),
  fallback: false,
  doc: "Nothing begins while the circuit breaker has paused another rollout there.",
  words: (isOn) => (isOn ? [["No upgrade starts while another rollout here is paused by its circuit breaker."]] : []),
};

/** What made one rollout fail may make the next one fail too: a person looks first. Off by default. */
export const anotherPaused: RolloutGate = {
  id: "another-paused",
  at: ["dispatch", "trigger"],
  setting,
  blocks({ others }, { policy }) {
    if (!settingOf(setting, policy)) return undefined;
    const paused = others.find(({ guards }) => isBreakerOpen(guards));
    return paused && { code: "breaker", params: { rollout: paused.id }, ...WAIT };
  },
  phrase: ({ params }) => [
    `${params.rollout} is paused by its circuit breaker: no upgrade starts here until a person resumes or stops it.`,
  ],
};

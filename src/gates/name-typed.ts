import type { RolloutGate } from "./gate.ts";
import { ruleEffect } from "./rule-effect.ts";
import { fieldSetting } from "./setting.ts";
import { yesOrNo } from "./setting-schemas.ts";

/** On a server that is marked dangerous a person types its name. What was agreed to before it was marked has to be looked at again. */
export const nameTyped: RolloutGate = {
  id: "name-typed",
  at: ["proceed", "resume", "tick", "relay-asked", "trigger"],
  setting: fieldSetting("dangerous", {
    schema: yesOrNo("dangerous: true").default(false),
    fallback: false,
    doc: "People must type the server's name before they start or resume.",
    words: (isOn) => (isOn ? [["It is marked dangerous: its name has to be typed to start."]] : []),
  }),
  blocks({ rollout, typed }, { at, policy }) {
    const { server, dangerous } = policy;
    if (!dangerous) return undefined;
    if (at === "resume") return typed ? undefined : { code: "missing", params: { server }, ...ruleEffect(at) };
    if (!rollout?.policy || rollout.policy.dangerous) return undefined;
    return { code: at === "proceed" ? "ask-again" : "became-dangerous", params: { server }, ...ruleEffect(at) };
  },
  phrase({ code, params: { server } }) {
    if (code === "missing") return [`${server} is marked dangerous: its name has to be typed.`];
    if (code === "ask-again") return [`${server} is marked dangerous now: ask again and type its name.`];
    return [`${server} is marked dangerous now: its name has to be typed.`];
  },
};

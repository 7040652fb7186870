import { count } from "../core/format.ts";
import { everyAgent } from "../model/plan/plan.ts";
import type { RolloutGate } from "./gate.ts";
import { RULE_POINTS, ruleEffect } from "./rule-effect.ts";
import { fieldSetting } from "./setting.ts";
import { wholeNumber } from "./setting-schemas.ts";

/** A server may limit how many agents one rollout has. Agents that only go dark with a relay do not count. */
export const maxAgents: RolloutGate = {
  id: "max-agents",
  at: RULE_POINTS,
  setting: fieldSetting("maxAgents", {
    schema: wholeNumber().min(1, "expected 1 or more, e.g. 200").optional(),
    fallback: null,
    doc: "The most agents of one rollout.",
    words: (max) => (max === null ? [] : [[`At most ${count(max, "agent")} in one rollout.`]]),
  }),
  blocks({ plan }, { at, policy }) {
    const agents = everyAgent(plan).length;
    if (plan.relays || policy.maxAgents === null || agents <= policy.maxAgents) return undefined;
    const params = { server: policy.server, max: policy.maxAgents, agents };
    return { code: "too-many", params, ...ruleEffect(at) };
  },
  phrase: ({ params: { server, max, agents } }) => [
    `${server} allows at most ${max} ${max === 1 ? "agent" : "agents"} in one rollout, and this one has ${agents}. Use --limit ${max}, or press Adjust.`,
  ],
};

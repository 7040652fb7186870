import type { Gate } from "./gate.ts";
import { WAIT } from "./gate.ts";
import { RULE_POINTS, ruleEffect } from "./rule-effect.ts";

const fact = (server: unknown) => `${server} is only observed: Drydock makes plans there and upgrades nothing.`;
const ADVICE = 'The platform team can set "mode: live" for it in the configuration.';

/** A server that is only observed upgrades nothing, and no rollout can be started there. */
export const mode: Gate<unknown> = {
  id: "mode",
  at: RULE_POINTS,
  blocks: (_situation, { at, policy: { server, ...policy } }) =>
    policy.mode === "live" ? undefined : { code: "observed", params: { server }, ...ruleEffect(at) },
  phrase: ({ params }) => [`${fact(params.server)} ${ADVICE}`],
  shown: { fact: ({ params }) => [fact(params.server)], todo: () => [ADVICE] },
};

/** The same, for the server as a whole. */
export const serverMode: Gate<unknown> = {
  ...mode,
  at: ["dispatch", "ask-relay"],
  blocks: (_situation, { policy: { server, ...policy } }) =>
    policy.mode === "live" ? undefined : { code: "observed", params: { server }, ...WAIT },
};

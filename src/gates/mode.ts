import { PRESSED, REFUSE, type ServerGate, WAIT } from "./gate.ts";

/** A server that is only observed upgrades nothing. */
export const mode: ServerGate = {
  id: "mode",
  at: ["request", "schedule", "start", "dispatch", "ask-relay", "relay-asked", "trigger"],
  blocks: ({ server }, { at, policy }) =>
    policy.mode === "live" ? undefined : { code: "observed", params: { server }, ...(PRESSED.has(at) ? REFUSE : WAIT) },
  phrase: ({ params }) => [
    `${params.server} is only observed: Drydock makes plans there and upgrades nothing. The platform team can set "mode: live" for it in the configuration.`,
  ],
};

import { type RolloutGate, WAIT } from "./gate.ts";

/** Only a rollout that runs requests upgrades. */
export const running: RolloutGate = {
  id: "running",
  at: ["dispatch", "relay-asked", "trigger"],
  blocks: ({ rollout }) =>
    rollout?.status === "running"
      ? undefined
      : { code: "not-running", params: { rollout: rollout?.id ?? "" }, ...WAIT },
  phrase: ({ params }) => [`${params.rollout} is not running.`],
};

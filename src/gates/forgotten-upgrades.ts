import { type ServerGate, WAIT } from "./gate.ts";

/** After a person accepted a ledger that lacks rows, agents may be in flight of which Drydock does not know any more. */
export const forgottenUpgrades: ServerGate = {
  id: "forgotten-upgrades",
  at: ["request", "start", "proceed", "dispatch", "ask-relay", "trigger"],
  blocks: ({ server, mayHaveForgotten }) =>
    mayHaveForgotten ? { code: "watching", params: { server }, ...WAIT } : undefined,
  phrase: ({ params: { server } }) => [
    `A person accepted a ledger that lacks rows. Drydock first watches ${server} for upgrades that it may have forgotten. No upgrade starts meanwhile.`,
  ],
};

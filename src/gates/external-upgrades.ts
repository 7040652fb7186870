import { count } from "../core/format.ts";
import { type ServerGate, WAIT } from "./gate.ts";

/** While agents are away that someone else may be upgrading, nobody knows how many are in flight. */
export const externalUpgrades: ServerGate = {
  id: "external-upgrades",
  at: ["request", "start", "dispatch", "ask-relay", "trigger"],
  blocks: ({ server, external: { ambiguous } }) =>
    ambiguous && { code: "ambiguous", params: { server, agents: ambiguous.agents.size }, ...WAIT },
  phrase: ({ params: { server, agents } }) => [
    `${count(Number(agents), "agent", "agents")} of ${server} went offline, and Drydock does not know whether other people upgrade ${agents === 1 ? "it" : "them"}. Drydock starts no upgrade until ${agents === 1 ? "it is" : "they are"} back, or until a person answers its question in a rollout's thread.`,
  ],
};

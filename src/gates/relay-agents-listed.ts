import { cause } from "../core/cause.ts";
import { type Gate, leftOut } from "./gate.ts";
import type { RelaySituation } from "./relay-situation.ts";

/** Agents behind the relay that Drydock cannot see go offline too: it checked no rights on them, and would not wait for them. */
export const relayAgentsListed: Gate<RelaySituation> = {
  id: "relay-agents-listed",
  at: ["plan"],
  label: "not known",
  blocks({ relay: { totalAgents: counted }, behind, tellsRelays }) {
    const listed = behind.length;
    if (counted === undefined) return listed === 0 && !tellsRelays ? leftOut(cause("relay-agents-unknown")) : undefined;
    return counted <= listed ? undefined : leftOut(cause("relay-agents-hidden", { counted, listed }));
  },
};

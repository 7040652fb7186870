import { cause } from "../core/cause.ts";
import { type Gate, leftOut } from "./gate.ts";
import type { RelaySituation } from "./relay-situation.ts";

/** A relay that is offline may be broken already. */
export const relayConnected: Gate<RelaySituation> = {
  id: "relay-connected",
  at: ["plan"],
  label: "offline",
  blocks: ({ relay }) => (relay.up === false ? leftOut(cause("relay-offline")) : undefined),
};

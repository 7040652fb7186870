import { cause } from "../core/cause.ts";
import { type Gate, leftOut } from "./gate.ts";
import type { RelaySituation } from "./relay-situation.ts";

/** Only another version than before proves that a relay was upgraded. */
export const relayVersionKnown: Gate<RelaySituation> = {
  id: "relay-version-known",
  at: ["plan"],
  label: "not known",
  blocks: ({ relay }) => (relay.version === undefined ? leftOut(cause("relay-version-unknown")) : undefined),
};

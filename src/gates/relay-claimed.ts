import { cause } from "../core/cause.ts";
import { type Gate, leftOut } from "./gate.ts";
import type { RelaySituation } from "./relay-situation.ts";

/** A relay is in one rollout at a time. */
export const relayClaimed: Gate<RelaySituation> = {
  id: "relay-claimed",
  at: ["plan"],
  label: "in another rollout",
  blocks: ({ claim }) => (claim === undefined ? undefined : leftOut(cause("claimed", { rollout: claim }))),
};

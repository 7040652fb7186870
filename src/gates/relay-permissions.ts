import { type Gate, leftOut } from "./gate.ts";
import type { RelaySituation } from "./relay-situation.ts";

/** Whoever wants a relay upgraded needs the permissions of an upgrade on every agent that goes dark with it. */
export const relayPermissions: Gate<RelaySituation> = {
  id: "relay-permissions",
  at: ["plan"],
  label: "no permission",
  blocks: ({ lacks }) => lacks && leftOut(lacks),
};

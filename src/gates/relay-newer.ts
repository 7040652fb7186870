import { cause } from "../core/cause.ts";
import { type Gate, leftOut } from "./gate.ts";
import type { RelaySituation } from "./relay-situation.ts";

/** A relay of a newer release than its server would go back. */
export const relayNewer: Gate<RelaySituation> = {
  id: "relay-newer",
  at: ["plan"],
  label: "newer than the server",
  blocks: ({ lag, serverVersion }) =>
    lag === "ahead" ? leftOut(cause("relay-newer", { serverVersion: serverVersion ?? null })) : undefined,
};

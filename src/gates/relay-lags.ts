import { cause } from "../core/cause.ts";
import { type Gate, leftOut } from "./gate.ts";
import type { RelaySituation } from "./relay-situation.ts";

/** A relay at the version of its server needs no upgrade. */
export const relayLags: Gate<RelaySituation> = {
  id: "relay-lags",
  at: ["plan"],
  label: "up to date",
  blocks: ({ relay, lag }) =>
    lag === "even" ? leftOut(cause("relay-up-to-date", { version: relay.version ?? null })) : undefined,
};

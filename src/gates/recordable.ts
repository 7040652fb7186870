import { cause } from "../core/cause.ts";
import { type AgentGate, leftOut } from "./gate.ts";

/** A longer id does not fit into the name of the stream that records its upgrade, which has 512 characters at most. */
const MAX_AGENT_ID = 400;

/** What cannot be recorded does not begin. */
export const recordable: AgentGate = {
  id: "recordable",
  at: ["plan", "look"],
  label: "cannot be recorded",
  blocks: ({ agent: { id } }) =>
    id.length > MAX_AGENT_ID ? leftOut(cause("id-too-long", { length: id.length, max: MAX_AGENT_ID })) : undefined,
};

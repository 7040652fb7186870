import { type Cause, cause } from "../core/cause.ts";
import { isUnwell, type RelayEnded } from "../model/relay/is-unwell.ts";
import { isRelayFailure } from "../model/relay/turn.ts";
import { pauses, type RolloutGate } from "./gate.ts";

/** If a relay is not well after its turn and others are left, a person looks first. */
export const relayWell: RolloutGate = {
  id: "relay-well",
  at: ["relay-ended"],
  blocks({ rollout, plan, relayEnded }) {
    if (!rollout || !relayEnded || !isUnwell(relayEnded)) return undefined;
    const left = (plan.relays ?? []).length - rollout.relayWork.ended.length - 1;
    return left > 0 ? pauses("relay", whyOf(relayEnded)) : undefined;
  },
};

function whyOf({ relay: { name }, outcome, detail, missing, asked }: RelayEnded): Cause {
  if (isRelayFailure(outcome)) return cause("relay-unwell", { relay: name, detail });
  return cause("relay-agents-missing", { relay: name, missing: missing.length, agents: asked?.agents.length ?? 0 });
}

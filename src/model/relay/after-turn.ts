import { cause } from "../../core/cause.ts";
import type { Rollout } from "../rollout/rollout.ts";
import type { RolloutEvent } from "../rollout/rollout-events.ts";
import { isRelayFailure, type RelayEnd } from "./turn.ts";

type End = Pick<RelayEnd, "outcome" | "missing" | "asked">;

/** Whether something is wrong with a relay after its turn, or with at least half of the agents that went dark with it. */
export function isUnwell({ outcome, missing, asked }: End): boolean {
  const dark = asked?.agents.length ?? 0;
  return isRelayFailure(outcome) || (missing.length > 0 && missing.length * 2 >= dark);
}

/** What was decided and, where one relay is not well and others are left, the pause: nobody goes on before a person has looked. */
export function withPause(
  { plan, relayWork, status }: Pick<Rollout, "plan" | "relayWork" | "status">,
  events: readonly RolloutEvent[],
): readonly RolloutEvent[] {
  const last = events.at(-1);
  if (last?.type !== "relay.ended" || status !== "running") return events;
  const left = (plan.relays ?? []).length - relayWork.ended.length - 1;
  const asked = relayWork.turn?.asked;
  if (left === 0 || !isUnwell({ ...last.data, asked })) return events;
  const { relay, outcome, detail, missing } = last.data;
  const causes = isRelayFailure(outcome)
    ? [cause("relay-unwell", { relay: relay.name, detail })]
    : [
        cause("relay-agents-missing", {
          relay: relay.name,
          missing: missing.length,
          agents: asked?.agents.length ?? 0,
        }),
      ];
  return [...events, { type: "rollout.paused", data: { by: "drydock", kind: "relay", causes } }];
}

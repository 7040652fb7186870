import type { Cause } from "../core/cause.ts";
import type { UserError } from "../core/user-error.ts";
import type { Decision } from "../model/rollout/request.ts";
import type { RolloutEvent } from "../model/rollout/rollout-events.ts";
import { type CurrentRollout, currentRollout, type RolloutPorts } from "./current-rollout.ts";

/**
 * What a person does to a rollout, decided on as it is in the transaction: of two presses at the same moment the second one is told.
 * Returns what was written. Throws what `refused` makes of a decision against it.
 */
export async function changeRollout<R>(
  ports: RolloutPorts,
  {
    id,
    person,
    callId,
    refused,
  }: {
    readonly id: string;
    readonly person: string;
    readonly callId?: string | undefined;
    readonly refused: (why: R) => UserError;
  },
  decide: (now: CurrentRollout) => Decision<R>,
): Promise<readonly RolloutEvent[]> {
  let events: readonly RolloutEvent[] = [];
  await ports.projections.change(() => {
    const decision = decide(currentRollout(ports, id));
    if ("refusal" in decision) throw refused(decision.refusal);
    events = decision.events;
    return [{ stream: `rollout.${id}`, actor: person, callId, events }];
  });
  return events;
}

/** Why these events ask for approval before anything goes on; undefined where they do not. */
export function whyAsked(events: readonly RolloutEvent[]): readonly Cause[] | undefined {
  const asked = events.find((event) => event.type === "rollout.requested");
  return asked && (asked.data.because ?? []);
}

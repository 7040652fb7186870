import { isAsking, resumesWhenApproved } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import { UNCHECKED } from "../../people/may-pause-or-stop.ts";
import { type Act, stateWords } from "./act.ts";

/** Pausing or stopping: what people say for it, what it writes, and what they are told. */
export interface Halt {
  readonly act: Act;
  readonly event: (by: string) => RolloutEvent;
  /** @param ids `prod-1, prod-2`. @param halted the same, as they were before. */
  readonly done: (ids: string, halted: readonly Rollout[]) => string;
  /** What only another person can pause or stop. */
  readonly left: (ids: string) => string;
  /** If it is not known whether the person is an approver. */
  readonly unchecked: (ids: string) => string;
  /** Another person was first. */
  readonly late: string;
}

export const RELAYS_ASKED =
  "If a person has begun to upgrade a relay, Drydock watches it until it is back. Do not begin one that Drydock asked for.";

const ofAgents = (rollouts: readonly Rollout[]) => rollouts.filter(({ plan }) => !plan.relays);
const ofRelays = (rollouts: readonly Rollout[]) => rollouts.filter(({ plan }) => plan.relays);

/** Of these rollouts, what a person reads of those that wait for approval. */
function forAsking(rollouts: readonly Rollout[], words: (ids: string) => string): string {
  const ids = rollouts.filter(isAsking).map(({ id }) => id);
  return ids.length > 0 ? words(ids.join(", ")) : "";
}

export const PAUSE: Halt = {
  act: { verb: "pause", from: ["running"], also: resumesWhenApproved, already: stateWords },
  event: (by) => ({ type: "rollout.paused", data: { by, kind: "person", causes: [] } }),
  done(ids, halted) {
    const [agents, relays] = [ofAgents(halted), ofRelays(halted)];
    const after = forAsking(agents, (those) => `, those of ${those} after approval`);
    const before = forAsking(relays, (those) => `, and none of ${those} before approval`);
    return [
      `Paused: ${ids}.`,
      ...(agents.length > 0
        ? [`Upgrades in flight finish, and no more start. Resume upgrades the other agents${after}.`]
        : []),
      ...(relays.length > 0 ? [`No relay gets its turn before Resume${before}. ${RELAYS_ASKED}`] : []),
    ].join(" ");
  },
  left: (ids) =>
    `Not paused: ${ids}. Only a rollout's owner, approvers and the configured on-call people can pause it.`,
  unchecked: (ids) => `Not paused: ${ids}. ${UNCHECKED} the owner or an on-call person.`,
  late: "Another person paused or stopped it a moment ago.",
};

export const STOP: Halt = {
  act: { verb: "stop", from: ["running", "paused"], already: stateWords },
  event: (by) => ({ type: "rollout.stopped", data: { by } }),
  done: (ids, halted) =>
    [
      `Stopped: ${ids}.`,
      ...(ofAgents(halted).length > 0 ? ["Upgrades in flight cannot be cancelled: they finish."] : []),
      ...(ofRelays(halted).length > 0 ? [`No other relay gets its turn. ${RELAYS_ASKED}`] : []),
    ].join(" "),
  left: (ids) =>
    `Not stopped: ${ids}. Only a rollout's owner, approvers and the configured on-call people can stop it.`,
  unchecked: (ids) => `Not stopped: ${ids}. ${UNCHECKED} the owner or an on-call person.`,
  late: "Another person stopped it a moment ago.",
};

import { type Cause, cause } from "../core/cause.ts";
import { type Blocked, MAX_LOOKS, pauses, REFUSE, type RolloutGate, WAIT } from "./gate.ts";

/**
 * A rollout goes on with its owner's rights of this moment. Lost everywhere they pause it, since no other agent would fare better; what
 * they lack on one agent leaves out that agent alone (see permissions).
 */
export const ownerRights: RolloutGate = {
  id: "owner-rights",
  at: ["proceed", "look", "ask-relay"],
  blocks({ owner }, { at, policy: { server } }) {
    switch (owner.kind) {
      case "not-read":
        return undefined;
      case "known": {
        const { user, lost } = owner;
        if (lost.length === 0) return undefined;
        return pauses("rights", cause("owner-lost-permission", { user, permissions: lost, server }));
      }
      case "refused":
        return at === "proceed" ? { cause: owner.why, ...REFUSE } : pauses("rights", owner.why);
      case "unknown":
        return owner.looks >= MAX_LOOKS ? pauses("rights", owner.why) : { cause: owner.why, ...WAIT };
    }
  },
};

/** What the gate finds of an owner who was refused, for those who know it without asking. */
export function ownerRefused(why: Cause): Blocked {
  return { gate: ownerRights.id, ...pauses("rights", why) };
}

import { leftRelays } from "../../domain/relays/decide-turn.ts";
import { pendingRetry } from "../../domain/rollouts/retry.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Party } from "../../domain/rollouts/rollout-parts.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Identities } from "../people/identity.ts";
import type { Plans } from "../plans/plans.ts";
import { selectionOf } from "../plans/selection-of.ts";
import type { Projections } from "../projections.ts";
import { UserError } from "../user-error.ts";
import { causeText } from "../views/cause-text.ts";

/** Whether somebody may go on with a rollout: they need the rights on every agent that still waits. Throws UserError where not. */
export async function checkRest(request: {
  readonly server: ManagedServer;
  readonly rollout: Rollout;
  readonly person: string;
  readonly projections: Projections;
  readonly plans: Plans;
  readonly identities: Identities;
}): Promise<Party> {
  const { server, rollout, person, projections, plans, identities } = request;
  const { user } = await identities.on(server, person);
  const by: Party = { person, user: { id: user.id, name: user.name } };
  const { relays, agents } = rollout.plan;
  const left = relays ? leftRelays(rollout) : agents.filter(({ id }) => waits(projections, rollout, id));
  const rerun = new Set(left.map(({ id }) => id));
  if (rerun.size === 0) return by;
  const result = await plans.read({ server, selection: selectionOf(rollout.plan, server.policy), person, rerun });
  const lacking = result.plan.excluded.filter(({ reason }) => reason === "no permission");
  const [first] = lacking;
  if (first)
    throw new UserError("no-permission", [
      `${user.name} may not upgrade ${lacking.length} of the ${rerun.size} ${relays ? "relays" : "agents"} that still wait in ${rollout.id} (`,
      ...causeText(first.cause, "unnamed"),
      "): somebody with the rights on all of them can continue it.",
    ]);
  return by;
}

/** Whether it has not begun, or somebody wants it to be tried again. */
function waits(projections: Projections, rollout: Rollout, agentId: string): boolean {
  const newest = projections.attempts(rollout.id, agentId).at(-1);
  return newest === undefined || pendingRetry(rollout, newest) !== undefined;
}

import { leftRelays } from "../../domain/relays/decide-turn.ts";
import { pendingRetry } from "../../domain/rollouts/retry.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Party } from "../../domain/rollouts/rollout-parts.ts";
import type { Board } from "../board.ts";
import type { Identities } from "../people/identity.ts";
import type { Plans } from "../plans/plans.ts";
import { selectionOf } from "../plans/selection-of.ts";
import type { Site } from "../site.ts";
import { UserError } from "../user-error.ts";

/** Whether somebody may go on with a rollout: they need the rights on every agent that still waits. Throws UserError where not. */
export async function checkRest(request: {
  readonly site: Site;
  readonly rollout: Rollout;
  readonly person: string;
  readonly board: Board;
  readonly plans: Plans;
  readonly identities: Identities;
}): Promise<Party> {
  const { site, rollout, person, board, plans, identities } = request;
  const { user } = await identities.on(site, person);
  const by: Party = { person, user: { id: user.id, name: user.name } };
  const { relays, agents } = rollout.plan;
  const left = relays ? leftRelays(rollout) : agents.filter(({ id }) => waits(board, rollout, id));
  const again = new Set(left.map(({ id }) => id));
  if (again.size === 0) return by;
  const reading = await plans.read({ site, selection: selectionOf(rollout.plan, site.policy), person, again });
  const lacking = reading.plan.excluded.filter(({ reason }) => reason === "no permission");
  const [first] = lacking;
  if (first)
    throw new UserError(
      "no-permission",
      `${user.name} may not upgrade ${lacking.length} of the ${again.size} ${relays ? "relays" : "agents"} that still wait in ${rollout.id} (${first.sentence.replace(/^you lack/, "lacking")}): somebody with the rights on all of them can continue it.`,
    );
  return by;
}

/** Whether it has not begun, or somebody wants it to be tried again. */
function waits(board: Board, rollout: Rollout, agentId: string): boolean {
  const newest = board.attempts(rollout.id, agentId).at(-1);
  return newest === undefined || pendingRetry(rollout, newest) !== undefined;
}

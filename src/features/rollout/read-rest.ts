import { cause } from "../../core/cause.ts";
import { UserError } from "../../core/user-error.ts";
import { everyAgent } from "../../model/plan/plan.ts";
import { leftRelays } from "../../model/relay/decide-turn.ts";
import { followsUp } from "../../model/rollout/retry.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { isWaiting } from "../../model/upgrade/upgrade.ts";
import { type Identities, partyOf } from "../../people/identity.ts";
import type { ReadApprovers } from "../../people/read-approvers.ts";
import { causeText } from "../../phrases/cause-text.ts";
import type { Projections } from "../../projections/projections.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { type Plans, selectionOf } from "../plan/plan-port.ts";
import type { ReadRest, RestReading } from "./rollout-port.ts";

type Owner = Pick<RestReading, "by" | "lacking">;

export function createReadRest(ports: {
  readonly projections: Projections;
  readonly plans: Plans;
  readonly identities: Identities;
  readonly readApprovers: ReadApprovers;
}): ReadRest {
  const { projections, plans, identities, readApprovers } = ports;

  async function checkRights(server: ManagedServer, rollout: Rollout, person: string): Promise<Owner> {
    const { user } = await identities.on(server, person);
    const { relays } = rollout.plan;
    const left = relays
      ? leftRelays(rollout)
      : everyAgent(rollout.plan).filter(({ id }) => waits(projections, rollout, id));
    const rerun = new Set(left.map(({ id }) => id));
    if (rerun.size === 0) return { by: partyOf(person, user), lacking: undefined };
    const selection = { ...selectionOf(rollout.plan, server.policy), includeOffline: true };
    const { plan, lacking } = await plans.read({ server, selection, person, rerun, own: rollout.id });
    const forbidden = plan.excluded.filter(({ reason }) => reason === "no permission");
    const [first] = forbidden;
    if (first) {
      const units = relays ? "relays" : "agents";
      const about = { user: user.name, rollout: rollout.id, units, lacking: forbidden.length, of: rerun.size } as const;
      const why = cause("lacks-permission-for-rest", { ...about, lacks: first.cause });
      throw new UserError("no-permission", causeText(why), why);
    }
    return { by: partyOf(person, user), lacking };
  }

  return async (server, rollout, person) => ({
    ...(await checkRights(server, rollout, person)),
    serverVersion: await server.urbancode.version(),
    ...(await readApprovers(server, rollout)),
  });
}

/** Whether an attempt at it is still to begin: its first, one that the server put off, or one after a failure. */
function waits(projections: Projections, rollout: Rollout, agentId: string): boolean {
  const newest = projections.attempts(rollout.id, agentId).at(-1);
  return newest === undefined || isWaiting(newest) || followsUp(rollout, newest);
}

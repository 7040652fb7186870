import { type Cause, cause } from "../../core/cause.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { everyAgent, type Plan } from "../../model/plan/plan.ts";
import { unitIds } from "../../model/relay/units.ts";
import type { Authorize } from "../../people/authorize.ts";
import type { Projections } from "../../projections/projections.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { readRelayPlan } from "../relay-upgrade/relay-plan.ts";
import { readAgentPlan } from "./agent-plan.ts";
import type { PlanRequest, PlanResult } from "./plan-result.ts";

export interface Plans {
  /** Throws UserError where the person may not have a plan, or has one in the making. */
  read(request: PlanRequest): Promise<PlanResult>;
}

export function createPlans(ports: {
  readonly projections: Projections;
  readonly authorize: Pick<Authorize, "access">;
  readonly clock: Clock;
}): Plans {
  /** Who has a plan in the making. */
  const making = new Map<string, ManagedServer>();

  function read(request: PlanRequest): Promise<PlanResult> {
    const { relays } = request.selection;
    return relays ? readRelayPlan(request, { ...ports, names: relays }) : readAgentPlan(request, ports);
  }

  return {
    async read(request) {
      if (request.rerun) return await read(request);
      const busy = making.get(request.person);
      if (busy)
        throw new UserError(
          "plan-in-progress",
          `Your plan for ${busy.name} is still in the making. Wait until it is there, then ask for the next one.`,
        );
      making.set(request.person, request.server);
      try {
        return await read(request);
      } finally {
        making.delete(request.person);
      }
    },
  };
}

/** The agents of a plan that a newer reading does not have any more. */
export function droppedAgents(before: Plan, now: Plan): readonly { readonly name: string; readonly why: Cause }[] {
  const still = new Set(unitIds(now));
  const why = new Map(now.excluded.map((exclusion) => [exclusion.agent.id, exclusion.cause]));
  return [...everyAgent(before), ...(before.relays ?? [])]
    .filter((agent) => !still.has(agent.id))
    .map((agent) => ({ name: agent.name, why: why.get(agent.id) ?? cause("not-selected") }));
}

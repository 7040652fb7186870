import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import type { Authorize } from "../../people/authorize.ts";
import type { Projections } from "../../projections/projections.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { readAgentPlan } from "./agent-plan.ts";
import type { PlanRequest, PlanResult, Plans } from "./plan-port.ts";
import { readRelayPlan } from "./relay-plan.ts";
import { createSharedFleets } from "./selected-fleet.ts";

export function createPlans(ports: {
  readonly projections: Projections;
  readonly authorize: Pick<Authorize, "onAgents">;
  readonly clock: Clock;
}): Plans {
  const fleetFor = createSharedFleets();
  /** Who has a plan in the making. */
  const making = new Map<string, ManagedServer>();

  function read(request: PlanRequest): Promise<PlanResult> {
    const { relays } = request.selection;
    return relays
      ? readRelayPlan(request, { ...ports, names: relays })
      : readAgentPlan(request, { ...ports, fleetFor });
  }

  return {
    async read(request) {
      if (request.rerun) return await read(request);
      const busy = making.get(request.person);
      if (busy)
        throw new UserError(
          "plan-in-progress",
          `Drydock is still making your plan for ${busy.name}. Wait for it, then ask for the next one.`,
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

import type { Agent } from "../../core/agent.ts";
import { createShared } from "./create-shared.ts";
import type { PlanRequest } from "./plan-port.ts";
import { type FleetReading, type SelectedFleet, selectFleet } from "./selected-fleet.ts";

/** Selections of one reading that are kept: it serves for seconds. */
const MAX_KEPT = 20;

export type SharedFleets = (request: PlanRequest, reading: FleetReading) => Promise<SelectedFleet>;

interface Reading {
  readonly held: FleetReading["held"];
  readonly added: number;
  readonly fleets: ReturnType<typeof createShared<SelectedFleet>>;
}

/** Selects agents once for all who ask for the same. What a rollout claims or Drydock learns meanwhile makes it another reading. */
export function createSharedFleets(): SharedFleets {
  const readings = new WeakMap<readonly Agent[], Reading>();

  return (request, reading) => {
    if (request.rerun) return selectFleet(request, reading);
    const { agents, held, learned } = reading;
    const before = readings.get(agents);
    const isSame = before?.held === held && before.added === learned.added;
    const now = isSame ? before : { held, added: learned.added, fleets: createShared<SelectedFleet>(MAX_KEPT) };
    readings.set(agents, now);
    return now.fleets(keyOf(request, reading), () => selectFleet(request, reading));
  };
}

/** Everything that `selectFleet` goes by, besides the reading itself. */
function keyOf({ server, selection, own }: PlanRequest, { serverVersion, hasInactive }: FleetReading): string {
  const { statuses, words, names, only, exclude, tag, relay, version, slots, includeOffline } = selection;
  const ranges = version.map(({ text }) => text);
  const filters = [statuses, words, names, only, exclude, tag, relay, ranges];
  return JSON.stringify([server.name, own, serverVersion, hasInactive, filters, slots, includeOffline]);
}

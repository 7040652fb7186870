import type { Agent } from "../../core/agent.ts";
import { createExclusions, type Exclusions } from "../../gates/exclusion-of.ts";
import type { Learned } from "../../model/plan/forecast.ts";
import { orderAgents } from "../../model/plan/order.ts";
import type { Unjudged } from "../../model/plan/plan-facts.ts";
import type { JudgedPlan, PlanRequest } from "./plan-port.ts";
import { createPace, type Pace, type Selected, selectAgents, unjudgedOf } from "./select-agents.ts";

/** What a plan needs to know of a fleet. It does not depend on the person: people who select the same at one reading share it. */
export interface SelectedFleet {
  readonly chosen: Selected;
  /** How many agents have the statuses that were asked for, before names and filters. */
  readonly candidates: number;
  /** How many of those the names and filters leave out. */
  readonly unchosen: number;
  /** Matching agents that are offline and not waited for, and others of which the status does not say whether they need the upgrade. */
  readonly unknown: number;
  readonly unjudged: Unjudged;
  /** Whether the plan is about agents of this status. */
  readonly isWanted: (agent: Agent) => boolean;
  /** The selected agents in the order in which they are looked at, those that are waited for last. */
  readonly ordered: readonly Agent[];
  /** Agent id to the other rollout that has it. */
  readonly claims: ReadonlyMap<string, string>;
  readonly exclusionOf: Exclusions;
  /** How long the agent's upgrade is expected to take, in ms. */
  readonly expected: (agent: Agent) => number;
  readonly pace: Pace;
  /** The plan of people who may upgrade every agent, by what else they ask for: made once. */
  readonly plans: (besides: string, make: () => Promise<JudgedPlan>) => Promise<JudgedPlan>;
}

export interface FleetReading {
  /** With the inactive ones, where they were asked for. */
  readonly agents: readonly Agent[];
  readonly serverVersion: string | undefined;
  readonly hasInactive: boolean;
  /** Agent id to rollout. */
  readonly held: ReadonlyMap<string, string>;
  readonly learned: Learned;
}

/** Of one selection: it serves for seconds. */
const MAX_PLANS = 20;

/** Units of work (see Pace) that an agent takes: to look up what is known of it, and to find its place in the order. */
const LOOK_UP = 100;
const ORDER = 200;

/** Throws UserError where the list has no such field. */
export async function selectFleet(
  { server, selection, rerun, own }: PlanRequest,
  { agents, serverVersion, hasInactive, held, learned }: FleetReading,
): Promise<SelectedFleet> {
  const pace = createPace();
  const { name, policy, limits } = server;
  const chosen = await selectAgents(server, selection, agents, pace);
  const claims = new Map([...held].filter(([, rollout]) => rollout !== own));
  // An agent that another rollout upgrades right now is offline for that, and known.
  const isWanted = ({ id, status }: Agent) =>
    selection.statuses.includes(status) || (status === "offline" && (selection.includeOffline || claims.has(id)));
  const selected = chosen.matching.filter((agent) => isWanted(agent) && (rerun === undefined || rerun.has(agent.id)));

  const durations = new Map<string, number>();
  function expected({ id, relayId, version }: Agent): number {
    const before = durations.get(id);
    if (before !== undefined) return before;
    const { ms } = learned.expect(name, { id, relay: relayId, version });
    durations.set(id, ms);
    return ms;
  }

  for (const agent of selected) {
    const others = pace.spend(LOOK_UP);
    if (others !== undefined) await others;
    expected(agent);
  }
  const capacity = { slots: selection.slots ?? policy.slots, perRelay: limits.perRelay };
  const inOrder = orderAgents(selected, expected, undefined, capacity);
  const others = pace.spend(ORDER * selected.length);
  if (others !== undefined) await others;
  const ordered = [...inOrder.filter((agent) => !isOffline(agent)), ...inOrder.filter(isOffline)];
  const ids = new Set(ordered.map(({ id }) => id));
  const unclaimed = chosen.matching.filter((agent) => !claims.has(agent.id));
  const candidates = agents.filter((agent) => selection.statuses.includes(agent.status));
  return {
    chosen,
    candidates: candidates.length,
    unchosen: candidates.filter(({ id }) => !ids.has(id)).length,
    unknown: selection.includeOffline ? 0 : unclaimed.filter(isOffline).length,
    unjudged: unjudgedOf(unclaimed),
    isWanted,
    ordered,
    claims,
    exclusionOf: createExclusions({ policy, serverVersion, claims, inactive: hasInactive }),
    expected,
    pace,
    plans: createShared(MAX_PLANS),
  };
}

function isOffline({ status }: Agent): boolean {
  return status === "offline";
}

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

/** One answer for all who ask for the same, also while it is under way; the oldest of more than `max` goes. Failures are not kept. */
function createShared<T>(max: number): (key: string, make: () => Promise<T>) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (key, make) => {
    const before = answers.get(key);
    if (before !== undefined) return before;
    const made = make();
    answers.set(key, made);
    const [oldest] = answers.keys();
    if (answers.size > max && oldest !== undefined) answers.delete(oldest);
    made.catch(() => {
      if (answers.get(key) === made) answers.delete(key);
    });
    return made;
  };
}

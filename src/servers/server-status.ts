import type { Cause } from "../core/cause.ts";
import type { Clock } from "../core/ports.ts";
import type { Published, Statuses } from "../core/statuses.ts";
import { ofRollout, type RolloutSituation } from "../gates/rollout-situation.ts";
import type { ServerSituation, WatchedServer } from "../gates/server-situation.ts";
import { isUnderWay, type Rollout } from "../model/rollout/rollout.ts";
import { plainCause } from "../phrases/cause-text.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "./managed-server.ts";

/** What the monitor of a server knows now and the ledger does not hold: codes and data, no sentences of ours. */
export interface ServerStatus extends Published, WatchedServer {
  /** How many slots are open now, of how many, and why fewer. */
  readonly slots: { readonly open: number; readonly of: number; readonly why: Cause | undefined };
  /** Agents that wait until a deployment on them ends, by rollout. */
  readonly busy: readonly BusyAgents[];
}

export interface BusyAgents {
  readonly rollout: string;
  /** The names of the first of them. */
  readonly agents: readonly string[];
  readonly more: number;
}

export type ServerStatuses = Statuses<ServerStatus>;

/** A status that is older says no more how the server is: nobody watches it, so nothing begins there. In ms. */
const MAX_AGE = 15_000;

/** How the server is; undefined: Drydock is not watching it. */
export function watchedNow(statuses: Pick<ServerStatuses, "of">, server: string): ServerStatus | undefined {
  const known = statuses.of(server);
  return known && known.age <= MAX_AGE ? known.status : undefined;
}

/** Nothing is known of it, and nothing said but that. */
const NOT_WATCHED: WatchedServer = {
  answers: true,
  strange: undefined,
  lookedAround: true,
  ledgerChecked: true,
  otherName: { kind: "none" },
  hold: undefined,
  deployments: { kind: "not-read" },
  unreadFor: 0,
  maintenance: { kind: "not-read" },
};

/** The server as the gates judge it now. @param watched what its monitor knows; undefined: Drydock is not watching it. */
export function situationOf(
  { name }: Pick<ManagedServer, "name">,
  watched: WatchedServer | undefined,
  { projections, clock }: { readonly projections: Projections; readonly clock: Clock },
): ServerSituation {
  return {
    ...(watched ?? NOT_WATCHED),
    server: name,
    watched: watched !== undefined,
    now: clock.now(),
    freeze: projections.claims(name).freeze,
    external: projections.server(name).external,
    mayHaveForgotten: projections.acceptance > projections.server(name).checkedAcceptance,
    unwritable: projections.unwritable,
    writableAgain: false,
  };
}

/** A rollout as the gates judge it now, beside the others on its server that are under way. */
export function rolloutSituationOf(
  projections: Projections,
  rollout: Rollout,
  now: number,
  more: Partial<RolloutSituation> = {},
): RolloutSituation {
  const others = projections
    .openRollouts(rollout.plan.server)
    .filter((other) => other.id !== rollout.id && isUnderWay(other));
  return ofRollout(rollout, now, { others, ...more });
}

/** How a server's slots are used, for people. */
export interface Slots {
  readonly ours: number;
  /** Taken to be upgraded by somebody else. */
  readonly external: number;
  /** How many are open at the moment, and how many the policy has. */
  readonly open: number;
  readonly of: number;
  /** Why fewer are open. */
  readonly reason: Cause | undefined;
}

/** `7 of 10`, `12 of 10: 10 here, 2 started elsewhere`, `3 of 10, 4 closed: the server answered 503 twice`. */
export function slotWords({ ours, external, open, of, reason }: Slots): string {
  const inUse = `${ours + external} of ${of}`;
  const split = external > 0 ? `: ${ours} here, ${external} started elsewhere` : "";
  const why = reason ? plainCause(reason) : "the server was in trouble";
  return open < of ? `${inUse}${split}, ${of - open} closed: ${why}` : `${inUse}${split}`;
}

/** @param status undefined: nobody watches the server. Then all slots of its policy count as open. */
export function slotsOf(
  projections: Projections,
  { name, policy }: Pick<ManagedServer, "name" | "policy">,
  status: ServerStatus | undefined,
): Slots {
  return {
    ours: projections.openUpgrades(name).filter((upgrade) => upgrade.holdsSlot).length,
    external: projections.server(name).external.upgrading.size,
    open: status?.slots.open ?? policy.slots,
    of: policy.slots,
    reason: status?.slots.why,
  };
}

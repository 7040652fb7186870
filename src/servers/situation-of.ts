import type { Clock } from "../core/ports.ts";
import { ofRollout, type RolloutSituation } from "../gates/rollout-situation.ts";
import type { ServerSituation, WatchedServer } from "../gates/server-situation.ts";
import { isUnderWay, type Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "./managed-server.ts";

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

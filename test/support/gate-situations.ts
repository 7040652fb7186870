import type { Clock } from "../../src/core/ports.ts";
import { type AgentSituation, UNREAD } from "../../src/gates/agent-situation.ts";
import { blockedAt } from "../../src/gates/index.ts";
import { ofRollout } from "../../src/gates/rollout-situation.ts";
import type { ServerSituation } from "../../src/gates/server-situation.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { Rollout } from "../../src/model/rollout/rollout.ts";
import { NO_EXTERNAL_UPGRADES } from "../../src/model/server/external-upgrades.ts";
import { plainCause } from "../../src/phrases/cause-text.ts";
import type { Projections } from "../../src/projections/projections.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";

/** A server that stands in nobody's way, but for what is given. */
export function serverSituation(given: Partial<ServerSituation> = {}): ServerSituation {
  return {
    server: "prod",
    now: 0,
    freeze: undefined,
    external: NO_EXTERNAL_UPGRADES,
    mayHaveForgotten: false,
    unwritable: undefined,
    writableAgain: false,
    watched: true,
    answers: true,
    strange: undefined,
    lookedAround: true,
    ledgerChecked: true,
    otherName: { kind: "none" },
    hold: undefined,
    deployments: { kind: "known", value: 0 },
    unreadFor: 0,
    maintenance: { kind: "known", value: false },
    ...given,
  };
}

/** The same, of which the ledger tells what it does. */
export function situationsOf({ projections, clock }: { readonly projections: Projections; readonly clock: Clock }) {
  return ({ name }: Pick<ManagedServer, "name">): ServerSituation =>
    serverSituation({
      server: name,
      now: clock.now(),
      freeze: projections.claims(name).freeze,
      external: projections.server(name).external,
      unwritable: projections.unwritable,
    });
}

/** An agent that nothing keeps, but for what is given. */
export function agentSituation(given: Partial<AgentSituation> = {}): AgentSituation {
  return { ...UNREAD, agent: { id: "a", name: "web-1", tags: [], active: true, version: "7.0" }, now: 0, ...given };
}

/** Why nothing of this rollout is requested now, in words. */
export function keptAtTrigger(rollout: Rollout, policy: Policy, now: number): readonly string[] {
  return blockedAt("trigger", "rollout", ofRollout(rollout, now), policy).map(({ cause }) => plainCause(cause));
}

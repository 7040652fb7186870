import { isConnected } from "../core/agent.ts";
import type { AgentRef } from "../core/agent-ref.ts";
import { dropped } from "../gates/follow.ts";
import type { Blocked } from "../gates/gate.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { decideObserved, isProven } from "../model/upgrade/decide-upgrade.ts";
import { upgradeId } from "../model/upgrade/upgrade.ts";
import { type Change, onUpgrade } from "../projections/change.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { ToldLook } from "./look-before-trigger.ts";

/**
 * What the last look before another attempt says of the one before: that it has succeeded after all, or that the agent is away
 * and may be upgrading. Then there is no other attempt, and what was seen is written down instead.
 * @returns undefined where the new attempt may begin, or be skipped.
 */
export function insteadOfAgain(
  projections: Projections,
  request: {
    readonly server: ManagedServer;
    readonly rollout: Rollout;
    readonly agent: AgentRef;
    readonly attempt: number;
    readonly looked: Exclude<ToldLook, { readonly kind: "pause" | "changed" }>;
  },
): readonly Change[] | undefined {
  const { server, rollout, agent, attempt, looked } = request;
  const earlier = projections.upgrade(upgradeId(rollout.id, agent.id, attempt - 1));
  // One that the server has put off has begun: it is left out as any other.
  if (!earlier || projections.upgrade(upgradeId(rollout.id, agent.id, attempt))) return undefined;
  const { seen } = looked;
  // How long it was watched is known to the watch alone: no deadline passes here.
  const wanted = earlier.wanted ?? rollout.plan.serverVersion ?? null;
  const events = seen ? decideObserved(earlier, seen, Number.NEGATIVE_INFINITY, server.deadlines, wanted) : [];
  const observed = events.length > 0 ? [onUpgrade(earlier.id, events)] : [];
  if (seen && !earlier.closed && isProven(earlier, seen, wanted)) return observed;
  if (looked.kind === "go") return undefined;
  const isAway = seen !== undefined && !earlier.closed && !isConnected(seen.status);
  const isAsked = isRetry(rollout, agent.id, attempt);
  // One that is away may be upgrading: the attempt that follows by itself waits until it is back.
  if (isAway && !isAsked) return observed;
  // A failure that could not be tried again stays a failure, and is watched: its own request may still have an effect.
  return isAsked || !earlier.closed ? [...observed, notAgain(request, looked.blocked)] : undefined;
}

/** This attempt does not begin after all. */
function notAgain(
  { rollout, agent, attempt }: { readonly rollout: Rollout; readonly agent: AgentRef; readonly attempt: number },
  blocked: Blocked,
): Change {
  const event = dropped({ agent: { id: agent.id, name: agent.name }, attempt }, blocked);
  return { stream: `rollout.${rollout.id}`, actor: "drydock", events: [event] };
}

/** An older attempt has nothing left to say once a new one begins. */
export function closeEarlierAttempt(
  projections: Projections,
  rollout: string,
  agentId: string,
  attempt: number,
): readonly Change[] {
  const earlier = projections.upgrade(upgradeId(rollout, agentId, attempt - 1));
  return earlier && !earlier.closed ? [onUpgrade(earlier.id, [{ type: "upgrade.closed", data: {} }])] : [];
}

function isRetry({ guards }: Rollout, agentId: string, attempt: number): boolean {
  return guards.retries.get(agentId)?.attempt === attempt;
}

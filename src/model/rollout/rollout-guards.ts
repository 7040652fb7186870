import type { AgentRef } from "../../core/agent-ref.ts";
import type { Cause } from "../../core/cause.ts";
import type { StoredEvent } from "../events.ts";

/** What a rollout has been through on its way, beside its status: canaries, the circuit breaker, retries. */
export interface RolloutGuards {
  /** The canaries are done with: the rest may begin. */
  readonly canariesPassed: boolean;
  /** Failures up to this position of the ledger do not count any more: somebody has seen them and gone on. */
  readonly countFrom: number;
  /** How often the rollout has stopped itself and asked for somebody. */
  readonly selfPauses: number;
  /** The last time that it did. */
  readonly selfPause: SelfPause | undefined;
  /** What somebody wanted to be tried again, by agent. */
  readonly retries: ReadonlyMap<string, Retry>;
  /** Attempts that would have followed by themselves, by agent: the latest that could not begin. */
  readonly notFollowed: ReadonlyMap<string, { readonly attempt: number; readonly why: Cause }>;
  /** Agents that were waited for and are not any more, each with the reason. */
  readonly absent: readonly (AgentRef & { readonly why: Cause })[];
}

export interface Retry {
  /** How often it was asked for. */
  readonly times: number;
  /** The attempt that it is, and when it may begin (ms since 1970). */
  readonly attempt: number;
  readonly notBefore: number;
  readonly by: string;
  /** Why it did not begin when its turn came. */
  readonly dropped: Cause | undefined;
}

/** The circuit breaker has opened, or the canaries are stable and somebody shall look before the rest. */
export interface SelfPause {
  readonly kind: "breaker" | "canary";
  readonly causes: readonly Cause[];
  readonly at: number;
  /** Who continued or stopped the rollout since, or for whom Drydock did; undefined while it waits for somebody. */
  readonly ended: { readonly by: string; readonly how: "continued" | "continued-for" | "stopped" } | undefined;
}

export const NO_GUARDS: RolloutGuards = {
  canariesPassed: false,
  countFrom: 0,
  selfPauses: 0,
  selfPause: undefined,
  retries: new Map(),
  notFollowed: new Map(),
  absent: [],
};

/** Whether the circuit breaker has paused the rollout and no person has resumed or stopped it since, whatever paused it again. */
export function isBreakerOpen({ selfPause }: RolloutGuards): boolean {
  return selfPause?.kind === "breaker" && selfPause.ended === undefined;
}

/** Folds what is in the rollout's own stream. */
export function evolveGuards(state: RolloutGuards, event: StoredEvent): RolloutGuards {
  switch (event.type) {
    case "canary.passed":
      return { ...state, canariesPassed: true };
    case "rollout.paused": {
      const { kind, causes } = event.data;
      if (kind !== "breaker" && kind !== "canary") return state;
      return {
        ...state,
        selfPauses: state.selfPauses + 1,
        selfPause: { kind, causes, at: event.at, ended: undefined },
      };
    }
    case "rollout.continued": {
      const countFrom = isBreakerOpen(state) ? event.position : state.countFrom;
      const how = event.actor === "drydock" ? "continued-for" : "continued";
      return { ...ended(state, event.data.by, how), countFrom };
    }
    case "rollout.retried": {
      const { agents, by } = event.data;
      const retries = new Map(state.retries);
      const notFollowed = new Map(state.notFollowed);
      for (const { id, attempt, notBefore } of agents) {
        retries.set(id, { times: (retries.get(id)?.times ?? 0) + 1, attempt, notBefore, by, dropped: undefined });
        notFollowed.delete(id);
      }
      return { ...state, retries, notFollowed };
    }
    case "retry.dropped": {
      const { agent, attempt, why } = event.data;
      const retry = state.retries.get(agent.id);
      if (retry?.attempt !== attempt)
        return { ...state, notFollowed: new Map(state.notFollowed).set(agent.id, { attempt, why }) };
      return { ...state, retries: new Map(state.retries).set(agent.id, { ...retry, dropped: why }) };
    }
    case "waiting.dropped":
      return { ...state, absent: [...state.absent, ...event.data.agents] };
    case "rollout.stopped":
    case "rollout.denied":
      return ended(state, event.data.by, "stopped");
    default:
      return state;
  }
}

function ended(state: RolloutGuards, by: string, how: NonNullable<SelfPause["ended"]>["how"]): RolloutGuards {
  const { selfPause } = state;
  return selfPause && selfPause.ended === undefined
    ? { ...state, selfPause: { ...selfPause, ended: { by, how } } }
    : state;
}

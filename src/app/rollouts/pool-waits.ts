import type { AgentRef } from "../../domain/events.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { UpgradingAgent } from "../../domain/upgrades/upgrade-facts.ts";
import { type Board, type Change, onUpgrade } from "../board.ts";
import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";
import { closeEarlier, dropped } from "./earlier-attempt.ts";

/** An upgrade that could begin, if its agent pool had room for that. */
export interface Barred {
  /** The attempt that would begin. */
  readonly id: string;
  readonly attempt: number;
  readonly agent: UpgradingAgent;
  readonly version: string | null;
  /** Why, see domain/pools. */
  readonly why: string;
}

export interface PoolWait {
  readonly agents: readonly (AgentRef & { readonly why: string })[];
  /** When they are left out (ms since 1970); undefined while others of the rollout are in flight. */
  readonly until: number | undefined;
}

/** Who waits for room in an agent pool, and no longer than an agent may be away: then they are left out, and the rollout can end. */
export interface PoolWaits {
  /** @param idle whether nothing else of the rollout is in flight, or could begin. */
  note(site: Site, rollout: Rollout, barred: readonly Barred[], idle: boolean): Promise<void>;
  of(rollout: string): PoolWait | undefined;
}

export function createPoolWaits({ board, clock }: { readonly board: Board; readonly clock: Clock }): PoolWaits {
  const waits = new Map<
    string,
    PoolWait & { readonly since: number | undefined; readonly at: number; readonly fresh: number }
  >();

  /** What was not looked at for a while, because nothing could begin anyway, says nothing any more. */
  function known(rollout: string) {
    const wait = waits.get(rollout);
    return wait && clock.now() - wait.at < wait.fresh ? wait : undefined;
  }

  return {
    async note({ deadlines, watch }, rollout, barred, idle) {
      const now = clock.now();
      const since = idle ? (known(rollout.id)?.since ?? now) : undefined;
      waits.delete(rollout.id);
      if (barred.length === 0) return;
      if (since !== undefined && now - since >= deadlines.notBack) return await leaveOut(board, rollout.id, barred);
      const agents = barred.map(({ agent: { id, name }, why }) => ({ id, name, why }));
      const until = since === undefined ? undefined : since + deadlines.notBack;
      waits.set(rollout.id, { agents, until, since, at: now, fresh: 3 * Math.max(watch.fleet, watch.tick) });
    },
    of: known,
  };
}

/** They are skipped, each with the reason: neither upgraded nor failed. A failure that was to be retried stays one. */
async function leaveOut(board: Board, id: string, barred: readonly Barred[]): Promise<void> {
  await board.change(() => {
    const rollout = board.rollouts.get(id);
    if (rollout?.status !== "running") return [];
    return barred.flatMap(({ id: upgrade, attempt, agent, version, why }): readonly Change[] => {
      if (board.upgrade(upgrade)) return [];
      const retry = dropped({ rollout, agent, attempt }, why);
      if (retry.length > 0) return retry;
      const data = { rollout: id, server: rollout.plan.server, agent, attempt, from: version, reason: why };
      return [...closeEarlier(board, id, agent.id, attempt), onUpgrade(upgrade, [{ type: "upgrade.skipped", data }])];
    });
  });
}

import type { Clock } from "../core/ports.ts";
import { blockedAt } from "../gates/index.ts";
import type { ServerSituation } from "../gates/server-situation.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import { onUpgrade } from "../projections/change.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer, Servers } from "../servers/managed-server.ts";

/** How soon an attempt is looked at again that was due and could not begin, in ms. */
const LOOK_AGAIN = 30_000;

/** Attempts that the server has put off. They keep their slot while they wait and their rollout runs. */
export interface PostponedAttempts {
  /**
   * Waits until the attempt may be asked anew: a server that does not answer, or is frozen, is not looked at meanwhile. One whose
   * rollout does not run any more is put back.
   * @param wait in ms. @returns whether it may be asked.
   */
  wait(upgrade: Upgrade, wait: number, signal: AbortSignal): Promise<boolean>;
}

/** After so many ms an attempt is asked anew. @param again whether it could not begin when it was due. */
export function waitOf({ postponed }: Upgrade, again: boolean): number {
  return again ? LOOK_AGAIN : (postponed?.wait ?? 0);
}

export function createPostponedAttempts({
  projections,
  servers,
  situation,
  clock,
}: {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly clock: Clock;
}): PostponedAttempts {
  function isOpen({ server: name }: Upgrade): boolean {
    const server = servers.get(name);
    return server !== undefined && blockedAt("dispatch", "server", situation(server), server.policy).length === 0;
  }

  const isRunning = ({ rollout }: Upgrade) => projections.rollouts.get(rollout)?.status === "running";

  function keepsSlot({ id }: Upgrade): boolean {
    const now = projections.upgrade(id);
    return now?.postponed !== undefined && now.holdsSlot;
  }

  /** Its slot is free for others: it waits for its turn again. */
  async function putBack(upgrade: Upgrade): Promise<void> {
    await projections.change(() =>
      keepsSlot(upgrade) && !isRunning(upgrade)
        ? [onUpgrade(upgrade.id, [{ type: "upgrade.released", data: {} }])]
        : [],
    );
  }

  /** Waits for so long, and no longer than its rollout runs. */
  function due(upgrade: Upgrade, wait: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(wait, done);
      const ignore = projections.onChange(() => {
        if (!isRunning(upgrade)) done();
      });
      signal.addEventListener("abort", done);
      function done(): void {
        cancel();
        ignore();
        signal.removeEventListener("abort", done);
        resolve();
      }
      if (signal.aborted || !isRunning(upgrade)) done();
    });
  }

  return {
    async wait(upgrade, wait, signal) {
      let ms = wait;
      do {
        await due(upgrade, ms, signal);
        if (signal.aborted) return false;
        if (isRunning(upgrade)) {
          if (isOpen(upgrade)) return true;
          ms = LOOK_AGAIN;
        } else await putBack(upgrade);
        // A pause may be over before its slot is given back: then it waits anew.
      } while (keepsSlot(upgrade));
      return false;
    },
  };
}

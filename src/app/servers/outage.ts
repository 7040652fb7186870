import { isUnderWay } from "../../domain/rollouts/rollout.ts";
import type { Board, Change } from "../board.ts";
import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";

/** Writes down that a server is away, once it has been for longer than a moment while a rollout is under way, and that it is back. */
export interface Outage {
  trouble(sentence: string): void;
  comeDue(): Promise<void>;
  over(): Promise<void>;
}

export function createOutage(site: Site, ports: { readonly board: Board; readonly clock: Clock }): Outage {
  const { board, clock } = ports;
  let lost: { readonly data: { readonly since: number; readonly sentence: string }; readonly at: number } | undefined;

  function known(): boolean {
    const { outage } = board.server(site.name);
    return outage !== undefined && outage.until === undefined;
  }

  function change(fact: Change["facts"][number]): Change {
    return { stream: `server.${site.name}`, actor: "drydock", facts: [fact] };
  }

  return {
    trouble(sentence) {
      lost ??= { data: { since: clock.now(), sentence }, at: clock.monotonic() };
    },
    async comeDue() {
      if (!lost || clock.monotonic() - lost.at < site.watch.fleet) return;
      const { data } = lost;
      const concerned = [...board.rollouts.values()].some(
        (rollout) => isUnderWay(rollout) && rollout.plan.server === site.name,
      );
      if (concerned && !known()) await board.change(() => (known() ? [] : [change({ type: "server.away", data })]));
    },
    async over() {
      lost = undefined;
      if (known()) await board.change(() => (known() ? [change({ type: "server.back", data: {} })] : []));
    },
  };
}

import type { Cause } from "../core/cause.ts";
import type { Clock } from "../core/ports.ts";
import { needsPerson } from "../core/server-trouble.ts";
import type { ServerOutage } from "../model/server/server-state.ts";
import type { Change } from "../projections/change.ts";
import type { Projections } from "../projections/projections.ts";
import { rolloutsUnderWay } from "../projections/rollout-progress.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** Writes down that a server is away, once it has been for longer than a moment while a rollout is under way, and that it is back. */
export interface Outage {
  trouble(cause: Cause): void;
  processDeadlines(): Promise<void>;
  over(): Promise<void>;
}

export function createOutage(
  server: ManagedServer,
  ports: { readonly projections: Projections; readonly clock: Clock },
): Outage {
  const { projections, clock } = ports;
  let lost: { readonly data: { readonly since: number; readonly cause: Cause }; readonly at: number } | undefined;

  function known(): ServerOutage | undefined {
    const newest = projections.server(server.name).outages.at(-1);
    return newest?.until === undefined ? newest : undefined;
  }

  /** Written down already, unless the outage needs a person by now and did not when it began. */
  function isTold(cause: Cause): boolean {
    const told = known();
    return told !== undefined && (isForAPerson(told.cause) || !isForAPerson(cause));
  }

  function change(event: Change["events"][number]): Change {
    return { stream: `server.${server.name}`, actor: "drydock", events: [event] };
  }

  return {
    trouble(cause) {
      lost ??= { data: { since: clock.now(), cause }, at: clock.monotonic() };
      if (isForAPerson(cause) && !isForAPerson(lost.data.cause)) lost = { ...lost, data: { ...lost.data, cause } };
    },
    async processDeadlines() {
      if (!lost || clock.monotonic() - lost.at < server.watch.fleet) return;
      const { cause } = lost.data;
      const concerned = rolloutsUnderWay(projections, server.name).length > 0;
      const data = { ...lost.data, since: known()?.since ?? lost.data.since };
      if (concerned && !isTold(cause))
        await projections.change(() => (isTold(cause) ? [] : [change({ type: "server.away", data })]));
    },
    async over() {
      lost = undefined;
      if (known()) await projections.change(() => (known() ? [change({ type: "server.back", data: {} })] : []));
    },
  };
}

function isForAPerson(cause: Cause): boolean {
  return cause.code === "server-trouble" && needsPerson(cause.params);
}

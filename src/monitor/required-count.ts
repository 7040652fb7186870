import type { Agent } from "../core/agent.ts";
import type { Clock, Log } from "../core/ports.ts";
import { compareRequired, noticeAt, SAME_NOTICE } from "../model/server/required.ts";
import type { ServerEvent } from "../model/server/server-events.ts";
import type { Projections } from "../projections/projections.ts";
import { breakDown } from "../servers/break-down.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** Keeps count of the agents that cannot deploy until they are upgraded, and writes down when there are more of them. */
export interface RequiredCount {
  /** @param agents the whole list, as it was just read. */
  look(agents: readonly Agent[]): Promise<void>;
}

export function createRequiredCount(
  server: ManagedServer,
  { projections, clock, log }: { readonly projections: Projections; readonly clock: Clock; readonly log: Log },
): RequiredCount {
  /** Whether the teams of some are being read: the watch does not wait for that. */
  let reading = false;
  /** Since when those that count have not been listed (monotonic). */
  const absent = new Map<string, number>();

  function goneFor(known: ReadonlySet<string>, agents: readonly Agent[]): ReadonlySet<string> {
    const listed = new Set(agents.map(({ id }) => id));
    for (const id of absent.keys()) if (listed.has(id) || !known.has(id)) absent.delete(id);
    for (const id of known) if (!listed.has(id) && !absent.has(id)) absent.set(id, clock.monotonic());
    return new Set([...absent].filter(([, since]) => clock.monotonic() - since >= SAME_NOTICE).map(([id]) => id));
  }

  function write(...events: readonly ServerEvent[]): Promise<void> {
    return projections.change(() => [{ stream: `server.${server.name}`, actor: "drydock", events }]);
  }

  async function tell(agents: readonly Agent[]): Promise<void> {
    const found = await breakDown(server, agents);
    const serverVersion = (await server.fleet.version().catch(() => undefined)) ?? null;
    await write({ type: "required.grew", data: { added: agents.map(({ id }) => id), serverVersion, ...found } });
  }

  return {
    async look(agents) {
      const before = projections.server(server.name).required;
      const gone = goneFor(before.known ?? new Set(), agents);
      const { added, cured } = compareRequired(before, agents, gone);
      if (before.known === undefined) return await write({ type: "required.counted", data: { added, cured } });
      // Whoever was told of a moment ago, was well and needs it again is no news.
      const told = noticeAt(before.growth, clock.now())?.agents;
      const again = added.filter((id) => told?.has(id));
      if (cured.length + again.length > 0) await write({ type: "required.counted", data: { added: again, cured } });
      const news = new Set(added.filter((id) => !told?.has(id)));
      if (news.size === 0 || reading) return;
      reading = true;
      void tell(agents.filter(({ id }) => news.has(id)))
        .catch((error: unknown) =>
          log.warn({ server: server.name, error }, "agents that cannot deploy are reported later"),
        )
        .finally(() => {
          reading = false;
        });
    },
  };
}

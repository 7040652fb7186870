import type { Agent } from "../../domain/agent.ts";
import { ownAddress } from "../../domain/servers/same-address.ts";
import type { ManagedServer, Servers } from "../managed-server.ts";
import type { Clock, Log } from "../ports.ts";
import { ServerError } from "../urbancode.ts";
import { count } from "../views/words.ts";

/**
 * Two configured names for one server would share neither slots nor approvals. Servers are compared once they answer; nothing begins
 * on one that has not been, and on two that are the same. One that is configured as a clone is compared with none.
 */
export interface SameServers {
  /** Why nothing may begin on the server; undefined if it is a server of its own. */
  blocked(server: ManagedServer): string | undefined;
  /** Which other name the server has, in a sentence; undefined as far as is known. */
  twin(server: ManagedServer): string | undefined;
  /** The server's whole list, as it was just read. */
  listed(server: ManagedServer, agents: readonly Agent[]): void;
  /** Calls back when one more server has been compared; the returned function ends that. */
  onCompared(listener: () => void): () => void;
  stop(): void;
}

interface Facts {
  readonly agents: ReadonlySet<string>;
  readonly address: string | undefined;
}

export function createSameServers(ports: {
  readonly servers: Servers;
  readonly clock: Clock;
  readonly log: Log;
}): SameServers {
  const { servers, clock, log } = ports;
  const listeners = new Set<() => void>();
  const known = new Map<string, Facts>();
  const twins = new Map<string, string>();
  const timers = new Map<string, () => void>();
  let stopped = false;

  const others = (server: ManagedServer) =>
    server.clone ? [] : [...servers.values()].filter(({ name, clone }) => name !== server.name && !clone);

  function compare(server: ManagedServer): void {
    for (const other of others(server)) {
      const [mine, theirs] = [known.get(server.name), known.get(other.name)];
      const why = mine && theirs && reasonOf(mine, theirs);
      if (!why) continue;
      // It stays so until somebody changes the configuration.
      if (!twins.has(server.name)) twins.set(server.name, sentence(server, other, why));
      if (!twins.has(other.name)) twins.set(other.name, sentence(other, server, why));
      log.error(
        { servers: [server.name, other.name], why },
        "two configured servers are the same: nothing begins there",
      );
    }
  }

  /** A server that does not answer is asked again, and holds up no other. */
  async function look(server: ManagedServer): Promise<void> {
    try {
      const [agents, told] = await Promise.all([server.urbancode.list(), readAddress(server)]);
      known.set(server.name, { agents: new Set(agents.map(({ id }) => id)), address: told.address });
      compare(server);
      for (const listener of listeners) listener();
      if (!told.isSure) later(server, server.watch.fleet);
    } catch (error) {
      if (!(error instanceof ServerError))
        log.error({ server: server.name, error }, "a server could not be compared with the others");
      later(server, server.watch.tick);
    }
  }

  function later(server: ManagedServer, ms: number): void {
    if (!stopped)
      timers.set(
        server.name,
        clock.after(ms, () => void look(server)),
      );
  }

  for (const server of servers.values()) if (others(server).length > 0) void look(server);

  return {
    blocked(server) {
      if (others(server).length === 0) return undefined;
      if (known.has(server.name)) return twins.get(server.name);
      return `Waits: whether ${server.name} is a server of its own is not known yet.`;
    },
    twin: ({ name }) => twins.get(name),
    listed(server, agents) {
      const before = known.get(server.name);
      if (!before) return;
      known.set(server.name, { ...before, agents: new Set(agents.map(({ id }) => id)) });
      compare(server);
    },
    onCompared(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopped = true;
      for (const cancel of timers.values()) cancel();
    },
  };
}

/** What the server calls itself. A server that lists its agents is compared by them, whether it tells this or not. */
async function readAddress({
  urbancode,
}: ManagedServer): Promise<{ readonly address?: string; readonly isSure: boolean }> {
  try {
    const address = ownAddress((await urbancode.settings()).externalUrl);
    return { ...(address ? { address } : {}), isSure: true };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { isSure: error.fault !== "unreachable" && error.fault !== "failing" };
  }
}

function reasonOf(mine: Facts, theirs: Facts): string | undefined {
  if (mine.address !== undefined && mine.address === theirs.address)
    return `both call themselves ${mine.address} (externalURL)`;
  let common = 0;
  for (const id of mine.agents) if (theirs.agents.has(id)) common += 1;
  return common > 0 ? `they have ${count(common, "agent")} in common` : undefined;
}

function sentence({ name }: ManagedServer, other: ManagedServer, why: string): string {
  return `Nothing begins on ${name}: it is the same server as ${other.name}, because ${why}. The platform team can remove one of the two from the configuration, or write clone: true if one is a copy.`;
}

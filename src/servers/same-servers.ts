import type { Agent } from "../core/agent.ts";
import type { Clock, Log } from "../core/ports.ts";
import type { OtherName } from "../gates/server-situation.ts";
import { ServerError, type UrbanCode } from "../model/deploy-server.ts";
import { ownAddress } from "../model/server/normal-address.ts";
import type { ManagedServer, Servers } from "./managed-server.ts";

/**
 * Two configured names for one server would share neither slots nor approvals. Servers are compared once they answer; nothing begins
 * on one that has not been, and on two that are the same. One that is configured as a clone is compared with none.
 */
export interface SameServers {
  /** Whether the server has another name too; unknown until it was compared. */
  otherNameOf(server: ManagedServer): OtherName;
  /** The server's whole list, as it was just read. */
  listed(server: ManagedServer, agents: readonly Agent[]): void;
  /** Calls back when one more server has been compared; the returned function ends that. */
  onCompared(listener: () => void): () => void;
  stop(): void;
}

/** What two servers are compared by. */
export interface Facts {
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
  const twins = new Map<string, OtherName>();
  const timers = new Map<string, () => void>();
  let stopped = false;

  function compare(server: ManagedServer): void {
    for (const other of othersOf(server, servers.values())) {
      const [mine, theirs] = [known.get(server.name), known.get(other.name)];
      const common = mine && theirs && inCommon(mine, theirs);
      if (!common) continue;
      // It stays so until somebody changes the configuration, and is logged once.
      const isNew = !twins.has(server.name) || !twins.has(other.name);
      if (!twins.has(server.name)) twins.set(server.name, { ...common, other: other.name });
      if (!twins.has(other.name)) twins.set(other.name, { ...common, other: server.name });
      if (isNew)
        log.error(
          { servers: [server.name, other.name], ...common },
          "two configured servers are the same: nothing begins there",
        );
    }
  }

  /** A server that does not answer is asked again, and holds up no other. */
  async function look(server: ManagedServer): Promise<void> {
    try {
      const facts = await readFacts(server.urbancode);
      known.set(server.name, facts);
      compare(server);
      for (const listener of listeners) listener();
      if (!facts.isSure) later(server, server.watch.fleet);
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

  for (const server of servers.values()) if (othersOf(server, servers.values()).length > 0) void look(server);

  return {
    otherNameOf(server) {
      if (othersOf(server, servers.values()).length === 0) return { kind: "none" };
      return twins.get(server.name) ?? { kind: known.has(server.name) ? "none" : "unknown" };
    },
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

/** Those that the server is compared with. */
export function othersOf(server: ManagedServer, servers: Iterable<ManagedServer>): readonly ManagedServer[] {
  return server.clone ? [] : [...servers].filter(({ name, clone }) => name !== server.name && !clone);
}

/** Throws ServerError if the agents cannot be listed. @returns `isSure`: whether it would not tell more a moment later. */
export async function readFacts({
  list,
  settings,
}: Pick<UrbanCode, "list" | "settings">): Promise<Facts & { readonly isSure: boolean }> {
  const [agents, told] = await Promise.all([list(), readAddress(settings)]);
  return { agents: new Set(agents.map(({ id }) => id)), ...told };
}

/** What the server calls itself. A server that lists its agents is compared by them, whether it tells this or not. */
async function readAddress(
  settings: UrbanCode["settings"],
): Promise<{ readonly address: string | undefined; readonly isSure: boolean }> {
  try {
    return { address: ownAddress((await settings()).externalUrl), isSure: true };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { address: undefined, isSure: error.fault !== "unreachable" && error.fault !== "failing" };
  }
}

/** Why two servers are the same; undefined if they are two. */
export function inCommon(mine: Facts, theirs: Facts) {
  if (mine.address !== undefined && mine.address === theirs.address)
    return { kind: "same-address", address: mine.address } as const;
  let agents = 0;
  for (const id of mine.agents) if (theirs.agents.has(id)) agents += 1;
  return agents > 0 ? ({ kind: "same-agents", agents } as const) : undefined;
}

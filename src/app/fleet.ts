import type { Agent, AgentDetail, AgentTeam } from "../domain/agent.ts";
import type { Clock } from "./ports.ts";
import { type Relay, ServerError, type SystemSettings, type UrbanCode } from "./urbancode.ts";

/** For how long one read serves everybody who asks, in ms. */
const SHARED = 5_000;
const DETAILS_KEPT = 10 * 60_000;
const MOST_DETAILS = 50_000;

/** What everybody sees of a server, read once for all who ask at the same time. Reads throw ServerError. */
export interface Fleet {
  agents(): Promise<readonly Agent[]>;
  /** Those that are inactive, which `agents` leaves out. */
  inactive(): Promise<readonly Agent[]>;
  version(): Promise<string | undefined>;
  relays(): Promise<readonly Relay[]>;
  usage(): Promise<{ readonly online: number; readonly running: number }>;
  /** How many agents run deployments; undefined where the server does not tell. */
  running(): Promise<number | undefined>;
  settings(): Promise<SystemSettings>;
  /** By how many ms the server's clock is ahead of Drydock's (negative: behind); undefined where it does not tell. */
  ahead(): Promise<number | undefined>;
  /** The agent's teams, at most ten minutes old unless `fresh`. */
  teams(agentId: string, fresh?: boolean): Promise<readonly AgentTeam[]>;
  /** What the agent's property holds, at most ten minutes old; undefined where there is no such property. */
  property(agentId: string, name: string): Promise<string | undefined>;
  /** How many of these would have to be asked for their teams. */
  unread(agentIds: Iterable<string>): number;
  /** The names of the permissions that the server has for agents, as it shows them on this one. */
  permissions(agentId: string): Promise<ReadonlySet<string>>;
}

interface Shared {
  readonly value: Promise<unknown>;
  /** Undefined while it is under way. */
  doneAt: number | undefined;
}

export function createFleet(urbancode: UrbanCode, { clock }: { readonly clock: Clock }): Fleet {
  const reads = new Map<string, Shared>();
  const properties = new Map<string, Shared>();
  const details = new Map<string, { readonly teams: readonly AgentTeam[]; readonly at: number }>();
  let permissions: ReadonlySet<string> = new Set();

  const share = <T>(what: string, read: () => Promise<T>) => shareIn(reads, SHARED, what, read);

  /** One read for all who ask while it is under way and so long after; one that failed is nobody's answer but theirs who waited. */
  function shareIn<T>(kept: Map<string, Shared>, ms: number, what: string, read: () => Promise<T>): Promise<T> {
    const known = kept.get(what);
    if (known && (known.doneAt === undefined || clock.now() - known.doneAt < ms)) return known.value as Promise<T>;
    const value = read();
    const shared: Shared = { value, doneAt: undefined };
    kept.delete(what);
    kept.set(what, shared);
    value.then(
      () => {
        shared.doneAt = clock.now();
      },
      () => {
        if (kept.get(what) === shared) kept.delete(what);
      },
    );
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_DETAILS) break;
      kept.delete(oldest);
    }
    return value;
  }

  function isRecent(agentId: string): boolean {
    const known = details.get(agentId);
    return known !== undefined && clock.now() - known.at < DETAILS_KEPT;
  }

  async function detail(agentId: string): Promise<AgentDetail> {
    const read = await urbancode.info(agentId);
    details.delete(agentId);
    details.set(agentId, { teams: read.teams, at: clock.now() });
    for (const id of details.keys()) {
      if (details.size <= MOST_DETAILS) break;
      details.delete(id);
    }
    // An agent that shows no rights says nothing about which permissions there are.
    if (read.callerRights.size > 0) permissions = new Set(read.callerRights.keys());
    return read;
  }

  const usage = () => share("usage", () => urbancode.usage());

  const version = () => share("version", () => urbancode.version());

  return {
    agents: () => share("agents", () => urbancode.list()),
    inactive: () => share("inactive", async () => urbancode.listInactive(await version())),
    version,
    relays: () => share("relays", () => urbancode.relays()),
    usage,
    async running() {
      try {
        return (await usage()).running;
      } catch (error) {
        if (error instanceof ServerError) return undefined;
        throw error;
      }
    },
    settings: () => share("settings", () => urbancode.settings()),
    ahead: () =>
      share("ahead", async () => {
        const at = await urbancode.serverTime();
        return at === undefined ? undefined : at - clock.now();
      }),
    async teams(agentId, fresh = false) {
      const known = details.get(agentId);
      return known && !fresh && isRecent(agentId) ? known.teams : (await detail(agentId)).teams;
    },
    property: (agentId, name) =>
      shareIn(properties, DETAILS_KEPT, JSON.stringify([agentId, name]), () => urbancode.property(agentId, name)),
    unread(agentIds) {
      let count = 0;
      for (const id of agentIds) if (!isRecent(id)) count += 1;
      return count;
    },
    async permissions(agentId) {
      if (permissions.size === 0) await detail(agentId);
      return permissions;
    },
  };
}

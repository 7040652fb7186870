import type { Agent, AgentDetail, AgentTeam } from "../core/agent.ts";
import type { AgentRef } from "../core/agent-ref.ts";
import { createCache } from "../core/cache.ts";
import type { Clock } from "../core/ports.ts";
import { createSingleFlight } from "../core/single-flight.ts";
import { withTimeout } from "../core/with-timeout.ts";
import type { Activity, Relay, SystemSettings, UrbanCode } from "../model/deploy-server.ts";
import { ServerError } from "../model/deploy-server.ts";

/** For how long one read serves everybody who asks, in ms. */
const SHARED = 5_000;
const DETAILS_TTL = 10 * 60_000;
/** An operating system stays as it is: longer than most rollouts, so that each agent of a large one is asked once. */
const PROPERTIES_TTL = 6 * 60 * 60_000;
/** A refusal may pass. Plans that follow each other do not ask again for each agent. */
const REFUSALS_TTL = 10 * 60_000;
const MAX_DETAILS = 50_000;
/** More than there are kinds of reads that are shared. */
const MAX_READS = 20;
const MAX_ROLES = 1_000;

/** What everybody sees of a server, read once for all who ask at the same time. Reads throw ServerError. */
export interface Fleet {
  agents(): Promise<readonly Agent[]>;
  /** Those that are inactive, which `agents` leaves out. */
  inactive(): Promise<readonly Agent[]>;
  version(): Promise<string | undefined>;
  relays(): Promise<readonly Relay[]>;
  /** What runs now, for people: just before an upgrade it is read anew. */
  activity(): Promise<Activity>;
  settings(): Promise<SystemSettings>;
  /** By how many ms the server's clock is ahead of Drydock's (negative: behind); undefined where it does not tell. */
  ahead(): Promise<number | undefined>;
  /** The agent's teams, at most ten minutes old unless `fresh`. */
  teams(agentId: string, fresh?: boolean): Promise<readonly AgentTeam[]>;
  /**
   * What the agent's property holds, at most six hours old; undefined if there is no such property, or the server refuses to read it.
   * A refusal counts for ten minutes, unless `fresh`.
   */
  property(agentId: string, name: string, fresh?: boolean): Promise<string | undefined>;
  /** How many of these would have to be asked for their teams. */
  unread(agentIds: Iterable<string>): number;
  /** What a role may do, a few seconds old at most: for what people look at, not for what they do. */
  role(roleId: string): ReturnType<UrbanCode["role"]>;
  /** The names of the permissions that the server has for agents, as it shows them on this one. */
  permissions(agentId: string): Promise<ReadonlySet<string>>;
}

/** In a box, so that an answer that is undefined is kept too. */
interface Shared {
  readonly value: unknown;
}

export function createFleet(urbancode: UrbanCode, { clock }: { readonly clock: Clock }): Fleet {
  const reads = createCache<Shared>({ clock, max: MAX_READS, ttl: SHARED });
  const roles = createCache<Shared>({ clock, max: MAX_ROLES, ttl: SHARED });
  const properties = createCache<Shared>({ clock, max: MAX_DETAILS, ttl: PROPERTIES_TTL });
  const refusals = createCache<true>({ clock, max: MAX_DETAILS, ttl: REFUSALS_TTL });
  const details = createCache<readonly AgentTeam[]>({ clock, max: MAX_DETAILS, ttl: DETAILS_TTL });
  const asking = createSingleFlight<AgentDetail>();
  let permissions: ReadonlySet<string> = new Set();

  const share = <T>(what: string, read: () => Promise<T>) => shareIn(reads, what, read);

  async function shareIn<T>(kept: typeof reads, what: string, read: () => Promise<T>): Promise<T> {
    const { value } = await kept.forceFetch(what, { context: async () => ({ value: await read() }) });
    return value as T;
  }

  /** A read of its own each time: who asks for fresh rights is not served one that began before. */
  async function detail(agentId: string): Promise<AgentDetail> {
    const read = await urbancode.info(agentId);
    details.set(agentId, read.teams);
    // An agent that shows no rights says nothing about which permissions there are.
    if (read.callerRights.size > 0) permissions = new Set(read.callerRights.keys());
    return read;
  }

  /** A hundred people who ask at once cost one request for each agent. */
  const sharedDetail = (agentId: string) => asking(agentId, () => detail(agentId));

  const version = () => share("version", () => urbancode.version());

  return {
    agents: () => share("agents", () => urbancode.list()),
    inactive: () => share("inactive", async () => urbancode.listInactive(await version())),
    version,
    relays: () => share("relays", () => urbancode.relays()),
    activity: () => share("activity", () => urbancode.activity()),
    settings: () => share("settings", () => urbancode.settings()),
    ahead: () =>
      share("ahead", async () => {
        const at = await urbancode.serverTime();
        return at === undefined ? undefined : at - clock.now();
      }),
    async teams(agentId, fresh = false) {
      if (fresh) return (await detail(agentId)).teams;
      return details.get(agentId) ?? (await sharedDetail(agentId)).teams;
    },
    async property(agentId, name, fresh = false) {
      const key = JSON.stringify([agentId, name]);
      if (fresh) refusals.delete(key);
      else if (refusals.has(key)) return undefined;
      try {
        return await shareIn(properties, key, () => urbancode.property(agentId, name));
      } catch (error) {
        if (!(error instanceof ServerError) || error.fault !== "denied") throw error;
        refusals.set(key, true);
        return undefined;
      }
    },
    unread(agentIds) {
      let count = 0;
      for (const id of agentIds) if (!details.has(id)) count += 1;
      return count;
    },
    role: (roleId) => shareIn(roles, roleId, () => urbancode.role(roleId)),
    async permissions(agentId) {
      if (permissions.size === 0) await sharedDetail(agentId);
      return permissions;
    },
  };
}

/** What a read brings in time; undefined where it brings nothing. */
export async function ifTold<T>(clock: Clock, read: Promise<T>, timeout = TIMEOUT): Promise<T | undefined> {
  try {
    return await withTimeout(clock, timeout, read);
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

/** How long what is good to know may keep the rest waiting, in ms. */
const TIMEOUT = 5_000;

/** Whether a deployment runs on an agent that has to be left alone then. */
export type BusyTest = (agent: AgentRef) => boolean;

/** Whether a deployment runs on the agent, as far as the server names agents. */
export function isBusy(activity: Activity, { id, name }: AgentRef): boolean {
  return activity.kind === "known" && (activity.agents.includes(id) || activity.agents.includes(name));
}

import type { Agent, AgentTeam } from "../../domain/agent.ts";
import { matchesGlob } from "../../domain/glob.ts";
import { parseVersion, type VersionRange } from "../../domain/version.ts";
import { nearest } from "../asking/arguments.ts";
import type { Site } from "../site.ts";
import { UserError } from "../user-error.ts";

/** Which agents a person asked for. */
export interface Selection {
  readonly statuses: readonly Agent["status"][];
  /** Names or globs; none = every agent. */
  readonly names: readonly string[];
  /** Of those only these, names or globs; none = all of them. */
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  readonly team: string | undefined;
  readonly relay: string | undefined;
  readonly tag: string | undefined;
  readonly version: VersionRange | undefined;
  readonly limit: number | undefined;
  readonly slots: number | undefined;
  readonly canary: number | undefined;
  readonly hold: boolean;
  /** Whether agents that are offline are waited for. */
  readonly includeOffline: boolean;
  /** Whether agents that are inactive are taken too, where the server lets them be upgraded. */
  readonly includeInactive: boolean;
  readonly reason: string | undefined;
  /** When it shall start (ms since 1970); undefined = as soon as it may. */
  readonly at?: number | undefined;
  /** Relays are to be upgraded, and no agents: names or globs; none = every relay that lags. */
  readonly relays?: readonly string[] | undefined;
  /** Whether it shall start without approval. */
  readonly emergency: boolean;
}

/** Leaves nobody out. */
export const NO_FILTERS = {
  names: [],
  only: [],
  exclude: [],
  team: undefined,
  relay: undefined,
  tag: undefined,
  version: undefined,
  limit: undefined,
} as const;

/** Both statuses that the server's own upgrade action serves. */
export const BOTH_STATUSES = ["upgrade-required", "upgrade-recommended"] as const;

/** The agents of any status that the filters leave, as far as the list tells. Throws UserError where the list has no such field. */
export async function selectAgents(
  site: Site,
  selection: Selection,
  agents: readonly Agent[],
): Promise<readonly Agent[]> {
  const reported = agents.some((agent) => agent.tags !== undefined);
  if (selection.tag !== undefined) checkReported(site, "--tag", "tags", agents, reported);
  if (selection.version)
    checkReported(
      site,
      "--version",
      "versions",
      agents,
      agents.some((agent) => agent.version !== undefined),
    );
  const relays = selection.relay === undefined ? undefined : await relaysNamed(site, selection.relay, agents);
  return agents
    .filter((agent) => matches(agent, selection) && (!relays || relays.has(agent.relayId ?? "")))
    .map((agent) => (reported && agent.tags === undefined ? { ...agent, tags: [] } : agent));
}

/** Whether the teams are those that were asked for; teams are told by their name, or by their id. */
export function onTeam(selection: Selection, teams: readonly AgentTeam[]): boolean {
  const { team } = selection;
  if (team === undefined) return true;
  return teams.some(({ teamId, teamName }) => teamId === team || matchesGlob(team, teamName));
}

/** A name as it stands, without `*` or `?`. */
export function isNameOnly(glob: string): boolean {
  return !/[*?]/.test(glob);
}

function matches(agent: Agent, selection: Selection): boolean {
  const any = (globs: readonly string[]) => globs.some((glob) => matchesGlob(glob, agent.name));
  const version = parseVersion(agent.version ?? "");
  return (
    (selection.names.length === 0 || any(selection.names)) &&
    (selection.only.length === 0 || any(selection.only)) &&
    !any(selection.exclude) &&
    (selection.tag === undefined || agent.tags?.includes(selection.tag) === true) &&
    (!selection.version || (version !== undefined && selection.version.includes(version)))
  );
}

function checkReported(site: Site, flag: string, what: string, agents: readonly Agent[], reported: boolean): void {
  if (reported || agents.length === 0) return;
  throw new UserError(
    "not-reported",
    `${site.name} does not report the ${what} of its agents, so ${flag} cannot choose among them. Use --name instead, for example --name web-*.`,
  );
}

async function relaysNamed(site: Site, glob: string, agents: readonly Agent[]): Promise<ReadonlySet<string>> {
  checkReported(
    site,
    "--relay",
    "relays",
    agents,
    agents.some((agent) => agent.relayId !== undefined),
  );
  const relays = await site.fleet.relays();
  const found = relays.filter(({ id, name }) => id === glob || matchesGlob(glob, name));
  if (found.length > 0) return new Set(found.map(({ id }) => id));
  if (relays.length === 0)
    throw new UserError(
      "no-relay-visible",
      `No relay of ${site.name} is visible to Drydock's account (since 6.2.2 that wants View Agent Relays), so --relay cannot choose among them.`,
    );
  const near = nearest(
    glob,
    relays.map(({ name }) => name),
  );
  throw new UserError(
    "no-such-relay",
    `There is no relay "${glob.slice(0, 60)}" on ${site.name}.${near ? ` Did you mean ${near}?` : ""}`,
  );
}

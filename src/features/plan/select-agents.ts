import { type Agent, unknownStatuses } from "../../core/agent.ts";
import { isNameOnly } from "../../core/glob.ts";
import { UserError } from "../../core/user-error.ts";
import type { Relay } from "../../model/deploy-server.ts";
import type { Unjudged } from "../../model/plan/plan-facts.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { type Filter, filtersOf, leavesOut, seenAgent } from "./filters.ts";
import type { Selection } from "./plan-port.ts";

/** Each of these is tried on each agent: more would take many seconds on a large fleet. */
const MAX_PATTERNS = 200;

export interface Selected {
  /** The agents of any status that the filters leave, as far as the list tells. */
  readonly matching: readonly Agent[];
  /** Those that `--exclude` alone leaves out. */
  readonly leftOut: readonly Agent[];
  readonly filters: readonly Filter[];
}

/** Throws UserError where the list has no such field. */
export async function selectAgents(
  server: ManagedServer,
  selection: Selection,
  agents: readonly Agent[],
  pace: Pace,
): Promise<Selected> {
  const { words, names, only, exclude, team, tag, relay, version } = selection;
  const globs = [...words, ...names, ...only, ...exclude].filter((glob) => !isNameOnly(glob));
  const patterns = globs.length + team.length + tag.length + relay.length + version.length;
  if (patterns > MAX_PATTERNS)
    throw new UserError(
      "too-many-patterns",
      `That is ${patterns} globs, teams, tags, relays and versions (limit ${MAX_PATTERNS}). Full names of agents are not counted.`,
    );
  const reported = agents.some((agent) => agent.tags !== undefined);
  const has = (field: "version" | "relayId") => agents.some((agent) => agent[field] !== undefined);
  if (selection.tag.length > 0) checkReported(server, "--tag", "tags", agents, reported);
  if (selection.version.length > 0) checkReported(server, "--version", "versions", agents, has("version"));
  if (selection.relay.length > 0) checkReported(server, "--relay", "relays", agents, has("relayId"));
  const filters = filtersOf(selection, selection.relay.length > 0 ? await relaysOf(server) : []);
  const work = filters.reduce((sum, filter) => sum + filter.work, 10);
  const matching: Agent[] = [];
  const leftOut: Agent[] = [];
  for (const agent of agents) {
    const others = pace.spend(work);
    if (others !== undefined) await others;
    const seen = seenAgent(agent);
    const failed = filters.filter((filter) => filter.of(seen).length > 0 === leavesOut(filter));
    const known = reported && agent.tags === undefined ? { ...agent, tags: [] } : agent;
    if (failed.length === 0) matching.push(known);
    else if (failed.every(leavesOut)) leftOut.push(known);
  }
  return { matching, leftOut, filters };
}

/** Whether anything was typed that may match nothing. */
export function isNarrowed({ filters }: Selected, { team }: Selection): boolean {
  return filters.length > 0 || team.length > 0;
}

function checkReported(
  server: ManagedServer,
  flag: string,
  what: string,
  agents: readonly Agent[],
  reported: boolean,
): void {
  if (reported || agents.length === 0) return;
  throw new UserError(
    "not-reported",
    `${server.name} does not report the ${what} of its agents, so ${flag} cannot choose among them. Use --name instead, for example --name web-*.`,
  );
}

async function relaysOf(server: ManagedServer): Promise<readonly Relay[]> {
  const relays = await server.fleet.relays();
  if (relays.length === 0)
    throw new UserError(
      "no-relay-visible",
      `Drydock's account sees no relay of ${server.name}, so --relay cannot choose among them. Since 6.2.2 it needs View Agent Relays.`,
    );
  return relays;
}

/** @param matching all that were asked for, whatever their status. */
export function unjudgedOf(matching: readonly Agent[]): Unjudged {
  const some = (...statuses: readonly Agent["status"][]) =>
    matching.filter(({ status }) => statuses.includes(status)).length;
  return {
    unknown: unknownStatuses(matching),
    neverContacted: some("never-contacted"),
    unreachable: some("error", "connecting"),
  };
}

/** Lets everybody else have their turn while something large is worked through. */
export interface Pace {
  /** Counts work that was done: a promise where others go first now. */
  spend(units: number): Promise<void> | undefined;
}

/** About one comparison of two characters is a unit: this many take a few ms. */
export const MAX_UNITS = 100_000;

/** @param others resolves when everybody else had their turn. */
export function createPace(others: () => Promise<void> = () => new Promise((resolve) => setImmediate(resolve))): Pace {
  let spent = 0;
  let turn: Promise<void> | undefined;
  return {
    spend(units) {
      // Whoever works beside the one that gave way gives way too.
      if (turn !== undefined) return turn;
      spent += units;
      if (spent < MAX_UNITS) return undefined;
      spent = 0;
      turn = others().finally(() => {
        turn = undefined;
      });
      return turn;
    },
  };
}

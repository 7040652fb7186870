import { type Agent, type AgentTeam, isConnected, needsUpgrade } from "../../core/agent.ts";
import { isNameOnly } from "../../core/glob.ts";
import { UserError } from "../../core/user-error.ts";
import { data, type Span } from "../../core/view.ts";
import { isUnknown } from "../../servers/inactive.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { createTeamFilter, seenAgent, shownWord, type TeamFilter, type TypedWord } from "./filters.ts";
import { commandMeant, meantSpans, nearWords } from "./near-words.ts";
import type { PlanResult, Selection } from "./plan-port.ts";
import type { Pace, Selected } from "./select-agents.ts";
import { type Effect, type EffectRequest, readEffects } from "./word-effects.ts";

interface Request {
  readonly server: ManagedServer;
  readonly selection: Selection;
  readonly agents: readonly Agent[];
  readonly selected: Selected;
  /** Whether the plan is about agents of this status. */
  readonly isWanted: (agent: Agent) => boolean;
  readonly views: (agentId: string) => Promise<boolean>;
  /** The rollout that has the agent. */
  readonly claimOf: (agentId: string) => string | undefined;
  readonly pace: Pace;
}

/** So many agents are asked for their teams before the server is asked which teams there are. */
const FEW = 200;
const MAX_SAID = 5;
/** About what it takes to put an agent into a set, in units of work (see Pace). */
const SMALL_WORK = 20;

/**
 * What a person typed and what has no say on the plan, each with the reason. Throws UserError if it matches no agent of the server
 * that they may view: hidden agents and missing ones answer the same.
 */
export async function ineffectiveWords(request: Request): Promise<PlanResult["unavailable"]> {
  const { server, selection, agents, selected, views, pace } = request;
  const { filters } = selected;
  const words = filters.flatMap((filter) => filter.words);
  const teams = new Map<string, readonly AgentTeam[]>();
  const inside = await wantedIds(selected.matching, request);
  const leftOut = await wantedIds(selected.leftOut, request);
  const common = {
    isInside: ({ id }: Agent, flag: string) => (flag === "exclude" ? leftOut : inside).has(id),
    views,
    pace,
  };
  const effects = new Map(
    await readEffects({
      ...common,
      words,
      agents,
      work: filters.reduce((sum, filter) => sum + filter.work, 10),
      wordsOf: (agent) => filters.flatMap((filter) => filter.of(seenAgent(agent))),
    }),
  );
  const unknown = words.filter((word) => isName(word) && effects.get(word)?.kind === "none");
  if (unknown.length > 0 && !selection.includeInactive) {
    const inactive = await inactiveOf(server);
    const wordsOfAgent = (agent: Agent) => filters.flatMap((filter) => filter.of(seenAgent(agent)));
    const found = await readEffects({ ...common, words: unknown, agents: inactive, work: 10, wordsOf: wordsOfAgent });
    for (const [word, effect] of found) effects.set(word, effect);
  }
  await refuse(request, effects, teams);
  if (selection.team.length > 0) {
    const found = await teamEffects(request, { ...common, teams });
    await refuse(request, found, teams);
    for (const [word, effect] of found) effects.set(word, effect);
  }
  return [...effects].flatMap(([word, effect]) =>
    effect.kind === "outside" ? [{ name: shownWord(word), why: whyOutside(word, effect.agent, request) }] : [],
  );
}

async function wantedIds(
  agents: readonly Agent[],
  { isWanted, pace }: Pick<Request, "isWanted" | "pace">,
): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const agent of agents) {
    const others = pace.spend(SMALL_WORK);
    if (others !== undefined) await others;
    if (isWanted(agent)) ids.add(agent.id);
  }
  return ids;
}

/** Teams are read agent by agent: first of those that the plan is about. */
async function teamEffects(
  { server, selection, agents, pace }: Request,
  given: Pick<EffectRequest, "isInside" | "views" | "pace"> & { readonly teams: Map<string, readonly AgentTeam[]> },
): Promise<ReadonlyMap<TypedWord, Effect>> {
  const { teams, isInside } = given;
  const filter = createTeamFilter(selection);
  const all = filter.words;
  async function wordsOfAgent({ id }: Agent): Promise<readonly TypedWord[]> {
    const its = await teamsOf(server, id);
    teams.set(id, its);
    return filter.of(its);
  }
  const request = { ...given, pace, wordsOf: wordsOfAgent, work: 100 + 20 * all.length };
  const isPlanned = (agent: Agent) => isInside(agent, "team");
  const effects = new Map(await readEffects({ ...request, words: all, agents: agents.filter(isPlanned) }));
  const missing = all.filter((word) => effects.get(word)?.kind === "none");
  if (missing.length === 0) return effects;
  const others = agents.filter((agent) => !isPlanned(agent));
  const many = server.fleet.unread(others.map(({ id }) => id)) > FEW;
  const known = many ? await knownTeams(server, filter, missing) : missing;
  for (const [word, effect] of await readEffects({ ...request, words: known, agents: others }))
    effects.set(word, effect);
  return effects;
}

/** Those of the words for which the server has a team. Where it does not tell, none is ruled out. */
async function knownTeams(
  server: ManagedServer,
  filter: TeamFilter,
  words: readonly TypedWord[],
): Promise<readonly TypedWord[]> {
  try {
    const mappings = await server.urbancode.teamMappings();
    const teams = mappings.map(({ teamId, teamName = teamId }) => ({ teamId, teamName, roleId: undefined }));
    const known = new Set(filter.of(teams));
    return teams.length === 0 ? words : words.filter((word) => known.has(word));
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return words;
  }
}

async function teamsOf({ fleet }: ManagedServer, agentId: string): Promise<readonly AgentTeam[]> {
  try {
    return await fleet.teams(agentId);
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return [];
  }
}

async function inactiveOf({ fleet }: ManagedServer): Promise<readonly Agent[]> {
  try {
    return await fleet.inactive();
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return [];
  }
}

/** Throws where a word matches nobody whom the person may view. */
async function refuse(
  { server, selection, agents, views, pace }: Request,
  effects: ReadonlyMap<TypedWord, Effect>,
  teams: ReadonlyMap<string, readonly AgentTeam[]>,
): Promise<void> {
  const none = [...effects].filter(([, { kind }]) => kind === "none").map(([word]) => word);
  if (none.length === 0) return;
  const relays = selection.relay.length > 0 ? await server.fleet.relays() : [];
  const line: Span[] = [];
  for (const word of none.slice(0, MAX_SAID)) {
    const near = await nearWords(word, { agents, relays, teams, views, pace });
    line.push(
      line.length > 0 ? " " : "",
      "No agent matches ",
      data(shownWord(word)),
      ".",
      ...meantSpans(near),
      commandMeant(word),
    );
  }
  if (none.length > MAX_SAID) line.push(` Nor does any match ${none.length - MAX_SAID} more of your words.`);
  throw new UserError(
    "no-agent-matches",
    line.filter((span) => span !== ""),
  );
}

function isName({ flag }: TypedWord): boolean {
  return ["", "name", "only", "exclude"].includes(flag);
}

/** Said of words that match agents which the person may view, and none on which they have a say. */
function whyOutside(word: TypedWord, agent: Agent, { selection, claimOf }: Request): string {
  if (!isName(word) || !isNameOnly(word.value)) return "it matches only agents that are not in this plan";
  const claim = claimOf(agent.id);
  const version = `version ${agent.version ?? "not reported"}`;
  const state = `${agent.status}${agent.unknownStatus ? ` (${agent.unknownStatus})` : ""}, ${version}`;
  if (claim !== undefined) return `in another rollout: ${claim}`;
  if (!agent.active) return "the server has it as inactive";
  if (word.flag === "exclude") return `not in this plan anyway (${state})`;
  if (selection.statuses.includes(agent.status)) return "left out by another filter";
  if (needsUpgrade(agent.status)) return `${state}: not what was asked for`;
  if (isConnected(agent.status)) return `${state}: no upgrade needed`;
  if (agent.status === "unknown")
    return `Drydock does not know its status ${agent.unknownStatus || "(none)"}, nor whether it needs the upgrade`;
  return `${state}: Drydock does not know whether the upgrade is needed`;
}

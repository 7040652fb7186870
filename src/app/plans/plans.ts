import type { Agent, AgentTeam } from "../../domain/agent.ts";
import type { Finding } from "../../domain/guide/finding.ts";
import { orderAgents } from "../../domain/plans/order.ts";
import { everyAgent, exclusionOf, makePlan, type Plan, type PlanOptions } from "../../domain/plans/plan.ts";
import { onlyOf, surveyPools } from "../../domain/plans/pools.ts";
import type { Policy } from "../../domain/policy.ts";
import { unitIds } from "../../domain/relays/units.ts";
import type { Limits } from "../../domain/servers/limits.ts";
import type { Board } from "../board.ts";
import { planFindings, readPlanFacts } from "../checks/plan-findings.ts";
import { createHostReading } from "../hosts.ts";
import { inactiveBar, withInactive } from "../inactive.ts";
import type { Identities, Identity } from "../people/identity.ts";
import { grantsBeside, readRights } from "../people/rights.ts";
import type { Tokens } from "../people/tokens.ts";
import { viewRights } from "../people/view-rights.ts";
import type { Clock } from "../ports.ts";
import type { PoolReading } from "../servers/pools.ts";
import type { Site } from "../site.ts";
import { UserError } from "../user-error.ts";
import { readRelayPlan } from "./relay-plan.ts";
import { isNameOnly, onTeam, type Selection, selectAgents } from "./select-agents.ts";

/** What there is to plan from, read afresh. */
export interface Reading {
  readonly plan: Plan;
  readonly identity: Identity;
  /** Agents that were selected and are offline: whether they need the upgrade is not known. */
  readonly unknown: number;
  /** Agents of the selected status, before names and filters. */
  readonly candidates: number;
  /** Selected agents that were not looked at, because the limit was reached before. */
  readonly beyond: number;
  /** Planned agents whose hosts were not asked about, though a rule wants to know: they are before their turn. */
  readonly unasked: number;
  /** Names that were asked for and are not in the plan, each with the reason. */
  readonly unmet: readonly { readonly name: string; readonly why: string }[];
  /** Agents that run deployments now; undefined where the server does not tell. */
  readonly running: number | undefined;
  /** What each planned agent's upgrade is expected to take (ms), and whether that was learned or is a guess. */
  readonly expected: readonly number[];
  readonly learned: boolean;
  /** What else bounds how many are in flight. */
  readonly limits: Limits;
  /** Left out where agent pools shall not be read. */
  readonly pools?: PoolReading;
  /** What the vendor's guide says to the planned agents, worst first; left out = it was not looked at. */
  readonly findings?: readonly Finding[];
}

/** What is known from the list alone, while the rights are being read. */
export interface Partial {
  readonly site: Site;
  readonly serverVersion: string | undefined;
  readonly candidates: number;
  readonly selected: number;
  readonly checked: number;
}

export interface PlanRequest {
  readonly site: Site;
  readonly selection: Selection;
  readonly person: string;
  /** Of these agents alone, each read again: what a start does. */
  readonly again?: ReadonlySet<string>;
  /** The rollout that has them already. */
  readonly own?: string;
  /** Called at once where many agents have to be asked about, and with every further one. */
  readonly progress?: (partial: Partial) => void;
}

export interface Plans {
  /** Throws UserError where the person may not have a plan, or has one in the making. */
  read(request: PlanRequest): Promise<Reading>;
}

/** Fewer agents than this are asked about before anybody can read a first card. */
const MANY = 100;

export function createPlans(ports: {
  readonly board: Board;
  readonly identities: Identities;
  readonly tokens: Pick<Tokens, "of">;
  readonly clock: Clock;
}): Plans {
  const { board, identities, tokens, clock } = ports;
  /** Who has a plan in the making. */
  const making = new Map<string, Site>();

  async function read(request: PlanRequest): Promise<Reading> {
    const { site, selection, again } = request;
    if (selection.relays) return await readRelayPlan(request, { names: selection.relays, board, identities, tokens });
    const identity = await identities.on(site, request.person);
    const own = await tokens.of(site, request.person, identity.user);
    const inactive = await inactiveIn(request);
    // Begun now, and waited for at the end: a plan gets no slower by it.
    const guide = again ? undefined : readPlanFacts(site, clock);
    guide?.catch(() => undefined);
    const [active, serverVersion, grants, running, pools] = await Promise.all([
      again ? site.urbancode.list() : site.fleet.agents(),
      again ? site.urbancode.version() : site.fleet.version(),
      grantsBeside(own, site, identity.user),
      site.fleet.running(),
      site.pools?.read(),
    ]);
    const agents = inactive ? withInactive(active, inactive) : active;
    const candidates = agents.filter((agent) => selection.statuses.includes(agent.status));
    const matching = await selectAgents(site, selection, agents);
    const wanted = ({ status }: Agent) =>
      selection.statuses.includes(status) || (selection.includeOffline && status === "offline");
    const selected = matching.filter((agent) => wanted(agent) && (again === undefined || again.has(agent.id)));
    const expect = (agent: Agent) => board.learned.expect(site.name, { id: agent.id, relay: agent.relayId });
    const inOrder = orderAgents(selected, (agent) => expect(agent).ms);
    const ordered = [...inOrder.filter(({ status }) => status !== "offline"), ...inOrder.filter(isOffline)];
    const claims = new Map([...board.claims(site.name).held].filter(([, rollout]) => rollout !== request.own));
    const hosts = createHostReading(site, serverVersion);
    const rules = {
      policy: site.policy,
      serverVersion,
      claims,
      hosts: hosts.known,
      inactive: inactive !== undefined,
      onlyOf: loneliness(selection, pools, agents),
    };
    const isFree = (agent: Agent) => !exclusionOf(agent, { ...rules, missingRights: new Map() });
    const asked = new Set([...ordered.slice(0, selection.limit).map(({ id }) => id)]);
    const many = site.fleet.unread(asked) >= MANY;
    const partial = { site, serverVersion, candidates: candidates.length, selected: ordered.length };
    const rights = await readRights({
      site,
      grants,
      own,
      agents: ordered,
      fresh: again !== undefined,
      teams: selection.team !== undefined,
      enough: selection.limit,
      async counts(agent, teams) {
        if (!onTeam(selection, teams) || !isFree(agent)) return false;
        await hosts.read(agent);
        return isFree(agent);
      },
      progress: (checked) => many && request.progress?.({ ...partial, checked }),
      begin: () => many && request.progress?.({ ...partial, checked: 0 }),
    });
    const teamOf = (agent: Agent) => rights.teams.get(agent.id)?.[0]?.teamId ?? "";
    const looked = ordered.filter((agent) => rights.missing.has(agent.id));
    const mine = looked.filter((agent) => onTeam(selection, rights.teams.get(agent.id) ?? []));
    const allowed = mine.filter((agent) => !exclusionOf(agent, { ...rules, missingRights: rights.missing }));
    await hosts.readAll(allowed, selection.limit, isFree);
    const plan = makePlan({
      ...rules,
      options: {
        slots: selection.slots ?? site.policy.slots,
        reason: selection.reason ?? null,
        ...canariesFor(selection, site.policy),
        ...(selection.emergency ? { emergency: true as const } : {}),
        ...(selection.includeLast ? { includeLast: true as const } : {}),
      },
      agents: mine,
      missingRights: rights.missing,
      limit: selection.limit,
      expected: (agent) => expect(agent).ms,
      teamOf,
    });
    checkTeam(site, selection, rights.teams);
    const expected = plan.agents.map((agent) => board.learned.expect(site.name, agent));
    return {
      plan,
      identity,
      unknown: selection.includeOffline ? 0 : matching.filter(isOffline).length,
      candidates: candidates.length,
      beyond: ordered.length - looked.length,
      unasked: hosts.unasked(plan),
      unmet: again ? [] : await unmetNames(request, identity, agents, ordered),
      running,
      expected: expected.map(({ ms }) => ms),
      learned: expected.some(({ learned }) => learned),
      limits: site.limits,
      ...(pools ? { pools } : {}),
      ...(guide ? { findings: planFindings(site, plan, looked, await guide) } : {}),
    };
  }

  /** The inactive agents, where they were asked for; when a plan is read again, they drop out where the server does not take them any more. */
  async function inactiveIn({ site, selection, again }: PlanRequest): Promise<readonly Agent[] | undefined> {
    if (!selection.includeInactive) return undefined;
    const barred = await inactiveBar(site);
    if (barred === undefined) return site.fleet.inactive();
    if (again) return undefined;
    throw new UserError(barred);
  }

  /** Names without a glob that no agent of the plan has: says why, but only of agents that the person may view. */
  async function unmetNames(
    { site, selection, person }: PlanRequest,
    identity: Identity,
    agents: readonly Agent[],
    selected: readonly Agent[],
  ): Promise<Reading["unmet"]> {
    const chosen = new Set(selected.map((agent) => agent.name.toLowerCase()));
    const names = selection.names.filter((name) => isNameOnly(name) && !chosen.has(name.toLowerCase())).slice(0, 20);
    if (names.length === 0) return [];
    const views = await viewRights(site, identity, await tokens.of(site, person, identity.user));
    return Promise.all(
      names.map(async (name) => {
        const agent = agents.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
        if (!agent || !(await views(agent.id)))
          return { name, why: "there is no agent of this name that you may view" };
        if (agent.status === "offline") return { name, why: "offline: whether it needs the upgrade is not known" };
        if (selection.statuses.includes(agent.status)) return { name, why: "left out by another filter" };
        return { name, why: `${agent.status}, version ${agent.version ?? "not reported"}: not what was asked for` };
      }),
    );
  }

  return {
    async read(request) {
      if (request.again) return await read(request);
      const busy = making.get(request.person);
      if (busy)
        throw new UserError(
          `Your plan for ${busy.name} is still in the making. Wait until it is there, then ask for the next one.`,
        );
      making.set(request.person, request.site);
      try {
        return await read(request);
      } finally {
        making.delete(request.person);
      }
    },
  };
}

/** Which agents are the only one of a pool, unless somebody wants these too. */
function loneliness(
  { includeLast }: Selection,
  pools: PoolReading | undefined,
  agents: readonly Agent[],
): ((agent: Agent) => string | undefined) | undefined {
  if (includeLast || pools?.kind !== "told") return undefined;
  const survey = surveyPools(pools.pools, new Map(agents.map(({ id, status }) => [id, status])));
  return ({ id }) => onlyOf(survey, id);
}

function isOffline({ status }: Agent): boolean {
  return status === "offline";
}

/** The policy's least number where nothing else was said; whoever wants to look in between needs one to look at. */
function canariesFor({ canary, hold }: Selection, { canaryMin }: Policy): Pick<PlanOptions, "canary" | "hold"> {
  const wanted = canary ?? Math.max(canaryMin, hold ? 1 : 0);
  return { canary: wanted > 0 ? wanted : null, ...(hold ? { hold } : {}) };
}

function checkTeam(site: Site, selection: Selection, teams: ReadonlyMap<string, readonly AgentTeam[]>): void {
  if (selection.team === undefined || teams.size === 0) return;
  if ([...teams.values()].every((of) => of.length === 0))
    throw new UserError(
      `${site.name} does not tell Drydock's account which teams its agents are on, so --team cannot choose among them. Use --name or --tag instead.`,
    );
}

/** The agents of a plan that a newer reading does not have any more. */
export function droppedAgents(before: Plan, now: Plan): readonly { readonly name: string; readonly why: string }[] {
  const still = new Set(unitIds(now));
  const why = new Map(now.excluded.map((exclusion) => [exclusion.agent.id, exclusion.sentence]));
  return [...everyAgent(before), ...(before.relays ?? [])]
    .filter((agent) => !still.has(agent.id))
    .map((agent) => ({ name: agent.name, why: why.get(agent.id) ?? "offline, gone, inactive or upgraded already" }));
}

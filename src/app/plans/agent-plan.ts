import type { Agent, AgentTeam } from "../../domain/agent.ts";
import { exclusionOf } from "../../domain/plans/exclusion.ts";
import { makePlan } from "../../domain/plans/make-plan.ts";
import { orderAgents } from "../../domain/plans/order.ts";
import type { PlanOptions } from "../../domain/plans/plan.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Board } from "../board.ts";
import { planFindings, readPlanFacts } from "../checks/plan-findings.ts";
import { inactiveBar, withInactive } from "../inactive.ts";
import { createPace } from "../pace.ts";
import type { Identities } from "../people/identity.ts";
import { grantsBeside, readRights } from "../people/rights.ts";
import type { Tokens } from "../people/tokens.ts";
import { viewRightsBy } from "../people/view-rights.ts";
import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";
import { createSystemReading } from "../systems.ts";
import { UserError } from "../user-error.ts";
import { teamTest } from "./filters.ts";
import { ineffectiveWords } from "./ineffective-words.ts";
import type { PlanRequest, Reading } from "./reading.ts";
import { type Selection, selectAgents } from "./select-agents.ts";

interface Ports {
  readonly board: Board;
  readonly identities: Identities;
  readonly tokens: Pick<Tokens, "of">;
  readonly clock: Clock;
}

/** Fewer agents than this are asked about before anybody can read a first card. */
const MANY = 100;

/** The plan to upgrade agents, read afresh. Throws UserError and ServerError. */
export async function readAgentPlan(request: PlanRequest, ports: Ports): Promise<Reading> {
  const { board, identities, tokens, clock } = ports;
  const { site, selection, again } = request;
  const identity = await identities.on(site, request.person);
  const own = await tokens.of(site, request.person, identity.user);
  const inactive = await inactiveIn(request);
  // Begun now, and waited for at the end: a plan gets no slower by it.
  const guide = again ? undefined : readPlanFacts(site, clock);
  guide?.catch(() => undefined);
  const [active, serverVersion, grants, running] = await Promise.all([
    again ? site.urbancode.list() : site.fleet.agents(),
    again ? site.urbancode.version() : site.fleet.version(),
    grantsBeside(own, site, identity.user),
    site.fleet.running(),
  ]);
  const agents = inactive ? withInactive(active, inactive) : active;
  const candidates = agents.filter((agent) => selection.statuses.includes(agent.status));
  const pace = createPace();
  const isOnTeam = teamTest(selection);
  const chosen = await selectAgents(site, selection, agents, pace);
  const { matching } = chosen;
  const claims = new Map([...board.claims(site.name).held].filter(([, rollout]) => rollout !== request.own));
  // An agent that another rollout upgrades right now is offline for that, and known.
  const isWanted = ({ id, status }: Agent) =>
    selection.statuses.includes(status) || (status === "offline" && (selection.includeOffline || claims.has(id)));
  const views = viewRightsBy(site, grants, own);
  const claimOf = (id: string) => claims.get(id);
  const unmet = again
    ? []
    : await ineffectiveWords({ site, selection, agents, selected: chosen, isWanted, views, claimOf, pace });
  const selected = matching.filter((agent) => isWanted(agent) && (again === undefined || again.has(agent.id)));
  const expect = (agent: Agent) => board.learned.expect(site.name, { id: agent.id, relay: agent.relayId });
  const inOrder = orderAgents(selected, (agent) => expect(agent).ms);
  const ordered = [...inOrder.filter(({ status }) => status !== "offline"), ...inOrder.filter(isOffline)];
  const systems = createSystemReading(site);
  const rules = {
    policy: site.policy,
    serverVersion,
    claims,
    systems: systems.known,
    inactive: inactive !== undefined,
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
    teams: selection.team.length > 0,
    enough: selection.limit,
    async counts(agent, teams) {
      if (!isOnTeam(teams) || !isFree(agent)) return false;
      await systems.read(agent);
      return isFree(agent);
    },
    progress: (checked) => many && request.progress?.({ ...partial, checked }),
    begin: () => many && request.progress?.({ ...partial, checked: 0 }),
  });
  const teamOf = (agent: Agent) => rights.teams.get(agent.id)?.[0]?.teamId ?? "";
  const looked = ordered.filter((agent) => rights.missing.has(agent.id));
  const mine = looked.filter((agent) => isOnTeam(rights.teams.get(agent.id) ?? []));
  const allowed = mine.filter((agent) => !exclusionOf(agent, { ...rules, missingRights: rights.missing }));
  await systems.readAll(allowed, selection.limit, isFree);
  const plan = makePlan({
    ...rules,
    options: {
      slots: selection.slots ?? site.policy.slots,
      reason: selection.reason ?? null,
      ...canariesFor(selection, site.policy),
      ...(selection.emergency ? { emergency: true as const } : {}),
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
    unknown: selection.includeOffline
      ? 0
      : matching.filter((agent) => isOffline(agent) && !claims.has(agent.id)).length,
    nameless: site.urbancode.nameless(),
    candidates: candidates.length,
    beyond: ordered.length - looked.length,
    unasked: systems.unasked(plan),
    unmet,
    running,
    expected: expected.map(({ ms }) => ms),
    learned: expected.some(({ learned }) => learned),
    limits: site.limits,
    ...(guide ? { findings: planFindings(site, plan, agents, await guide) } : {}),
  };
}

/** The inactive agents, where they were asked for; when a plan is read again, they drop out where the server does not take them any more. */
async function inactiveIn({ site, selection, again }: PlanRequest): Promise<readonly Agent[] | undefined> {
  if (!selection.includeInactive) return undefined;
  const barred = await inactiveBar(site);
  if (barred === undefined) return site.fleet.inactive();
  if (again) return undefined;
  throw new UserError("inactive-refused", barred);
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
  if (selection.team.length === 0 || teams.size === 0) return;
  if ([...teams.values()].every((of) => of.length === 0))
    throw new UserError(
      "not-reported",
      `${site.name} does not tell Drydock's account which teams its agents are on, so --team cannot choose among them. Use --name or --tag instead.`,
    );
}

import type { Agent, AgentTeam } from "../../core/agent.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import type { Learned } from "../../model/plan/forecast.ts";
import { makePlan } from "../../model/plan/make-plan.ts";
import { everyAgent, type PlanOptions } from "../../model/plan/plan.ts";
import { type Policy, wantsApprovals } from "../../model/policy.ts";
import type { Authorize } from "../../people/authorize.ts";
import { missingOnAny, type RightsReading } from "../../people/read-rights.ts";
import { causeText } from "../../phrases/cause-text.ts";
import type { Projections } from "../../projections/projections.ts";
import { inactiveBlocked, withInactive } from "../../servers/inactive.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { createSystemReading, type SystemReading } from "../../servers/systems.ts";
import { teamTest } from "./filters.ts";
import { ineffectiveWords } from "./ineffective-words.ts";
import { type PlanReadings, planFindings, readForPlan } from "./plan-findings.ts";
import type { JudgedPlan, PlanRequest, PlanResult, Selection } from "./plan-port.ts";
import { isNarrowed } from "./select-agents.ts";
import type { SelectedFleet, SharedFleets } from "./selected-fleet.ts";

interface Ports {
  readonly projections: Projections;
  readonly authorize: Pick<Authorize, "onAgents">;
  readonly clock: Clock;
  readonly fleetFor: SharedFleets;
}

/** Fewer agents than this are asked about before anybody can read a first card. */
const MANY = 100;

/** The plan to upgrade agents, read afresh. Throws UserError and ServerError. */
export async function readAgentPlan(request: PlanRequest, ports: Ports): Promise<PlanResult> {
  const { projections, authorize, clock, fleetFor } = ports;
  const { server, selection, rerun } = request;
  const access = await authorize.onAgents(server, request.person, rerun ? "press" : "look");
  const { identity, views } = access;
  const inactive = await inactiveIn(request);
  // Begun now, and waited for at the end: a plan gets no slower by it.
  const guide = rerun ? undefined : readForPlan(server, clock);
  guide?.catch(() => undefined);
  const [active, serverVersion, , activity] = await Promise.all([
    rerun ? server.urbancode.list() : server.fleet.agents(),
    rerun ? server.urbancode.version() : server.fleet.version(),
    access.grants(),
    server.fleet.activity(),
  ]);
  const agents = inactive ? withInactive(active, inactive) : active;
  const { learned } = projections;
  const { held } = projections.claims(server.name);
  const hasInactive = inactive !== undefined;
  const fleet = await fleetFor(request, { agents, serverVersion, hasInactive, held, learned });
  const { chosen, candidates, unknown, unjudged, isWanted, ordered, claims, exclusionOf, pace } = fleet;
  const claimOf = (id: string) => claims.get(id);
  const unavailable =
    isNarrowed(chosen, selection) && !rerun
      ? await ineffectiveWords({ server, selection, agents, selected: chosen, isWanted, views, claimOf, pace })
      : [];
  const systems = createSystemReading(server);
  const isOnTeam = teamTest(selection);
  const unasked = { missingRights: new Map(), systems: systems.known };
  const isFree = (agent: Agent) => !exclusionOf(agent, unasked);
  let many = false;
  const partial = { server, serverVersion, candidates, selected: ordered.length };
  const rights = await access.lacks(ordered, {
    teams: selection.team.length > 0 || (rerun !== undefined && wantsApprovals(server.policy)),
    enough: selection.limit,
    async counts(agent, teams) {
      if (!isOnTeam(teams) || !isFree(agent)) return false;
      await systems.read(agent);
      return isFree(agent);
    },
    progress: (checked) => many && request.progress?.({ ...partial, checked }),
    begin() {
      many = server.fleet.unread(ordered.slice(0, selection.limit).map(({ id }) => id)) >= MANY;
      if (many) request.progress?.({ ...partial, checked: 0 });
    },
  });
  const judge = () => judgePlan({ request, fleet, agents, serverVersion, rights, systems, learned, guide });
  const isShared = rights.everywhere && !rerun;
  return {
    ...(await (isShared ? fleet.plans(askedBesides(selection), judge) : judge())),
    identity,
    unknown,
    unjudged,
    nameless: server.urbancode.nameless(),
    candidates,
    unavailable,
    activity,
    limits: server.limits,
  };
}

/** The inactive agents, where they were asked for; when a plan is read again, they drop out where the server does not take them any more. */
async function inactiveIn({ server, selection, rerun }: PlanRequest): Promise<readonly Agent[] | undefined> {
  if (!selection.includeInactive) return undefined;
  const blocked = await inactiveBlocked(server);
  if (blocked === undefined) return server.fleet.inactive();
  if (rerun) return undefined;
  throw new UserError("inactive-refused", causeText(blocked));
}

interface Judged {
  readonly request: PlanRequest;
  readonly fleet: SelectedFleet;
  readonly agents: readonly Agent[];
  readonly serverVersion: string | undefined;
  readonly rights: RightsReading;
  readonly systems: SystemReading;
  readonly learned: Learned;
  /** Left out = what the vendor's guide says is not looked at. */
  readonly guide: Promise<PlanReadings> | undefined;
}

/** Units of work (see Pace) that an agent takes: to be judged by the gates, and to be put into a plan. */
const JUDGE_WORK = 200;
const PLAN_WORK = 200;

/** Throws UserError and ServerError. */
async function judgePlan(judged: Judged): Promise<JudgedPlan> {
  const { request, fleet, agents, serverVersion, rights, systems, learned, guide } = judged;
  const { server, selection, rerun } = request;
  const { ordered, exclusionOf, expected, pace } = fleet;
  const isOnTeam = teamTest(selection);
  const read = ordered.filter((agent) => rights.missing.has(agent.id));
  const person = { missingRights: rights.missing, systems: systems.known };
  const mayPlan = (agent: Agent) => !exclusionOf(agent, person);
  // How many agents were read one by one after there were enough depends on how soon the server answered: none of these counts.
  const enough = (rights.everywhere ? undefined : selection.limit) ?? read.length;
  let looked = 0;
  const mine: Agent[] = [];
  const allowed: Agent[] = [];
  for (const agent of read) {
    if (allowed.length >= enough) break;
    looked += 1;
    if (!isOnTeam(rights.teams.get(agent.id) ?? [])) continue;
    mine.push(agent);
    const others = pace.spend(JUDGE_WORK);
    if (others !== undefined) await others;
    if (mayPlan(agent)) allowed.push(agent);
  }
  await systems.readAll(allowed, selection.limit, mayPlan);
  const plan = makePlan({
    policy: server.policy,
    serverVersion,
    exclusionOf: (agent) => exclusionOf(agent, person),
    options: {
      slots: selection.slots ?? server.policy.slots,
      reason: selection.reason ?? null,
      ...canariesFor(selection, server.policy),
      ...(selection.emergency ? { emergency: true as const } : {}),
      ...(selection.includeOffline ? { includeOffline: true as const } : {}),
    },
    agents: mine,
    limit: selection.limit,
    order: rerun,
    expected,
    perRelay: server.limits.perRelay,
    teamsOf: (agent) => rights.teams.get(agent.id),
  });
  checkTeam(server, selection, rights.teams);
  const others = pace.spend(PLAN_WORK * mine.length);
  if (others !== undefined) await others;
  const durations = plan.agents.map((agent) => learned.expect(server.name, agent));
  return {
    plan,
    lacking: missingOnAny(everyAgent(plan), rights.missing),
    filtered: fleet.unchosen + looked - mine.length,
    beyond: ordered.length - looked,
    unasked: systems.unasked(plan),
    expected: durations.map(({ ms }) => ms),
    learned: durations.some(({ learned }) => learned),
    ...(guide ? { findings: planFindings(server, plan, agents, await guide) } : {}),
  };
}

/** What a person asks for besides the agents: with the same rights, two who ask for the same get the same plan. */
function askedBesides({ limit, canary, hold, reason, emergency }: Selection): string {
  return JSON.stringify([limit ?? null, canary ?? null, hold, reason ?? null, emergency]);
}

/** As many as the person asked for, or the policy's least number. A person who looks in between needs at least one to look at. */
function canariesFor({ canary, hold }: Selection, { canaryMin }: Policy): Pick<PlanOptions, "canary" | "hold"> {
  const wanted = canary ?? Math.max(canaryMin, hold ? 1 : 0);
  return { canary: wanted > 0 ? wanted : null, ...(hold ? { hold } : {}) };
}

function checkTeam(
  server: ManagedServer,
  selection: Selection,
  teams: ReadonlyMap<string, readonly AgentTeam[]>,
): void {
  if (selection.team.length === 0 || teams.size === 0) return;
  if ([...teams.values()].every((of) => of.length === 0))
    throw new UserError(
      "not-reported",
      `${server.name} does not show Drydock's account which teams its agents are on, so --team cannot choose among them. Use --name or --tag instead.`,
    );
}

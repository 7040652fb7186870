import type { Agent, AgentTeam } from "../../core/agent.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { exclusionOf } from "../../gates/exclusion-of.ts";
import { makePlan } from "../../model/plan/make-plan.ts";
import { orderAgents } from "../../model/plan/order.ts";
import type { PlanOptions } from "../../model/plan/plan.ts";
import { type Policy, wantsApprovals } from "../../model/policy.ts";
import type { Authorize } from "../../people/authorize.ts";
import { causeText } from "../../phrases/cause-text.ts";
import type { Projections } from "../../projections/projections.ts";
import { inactiveBlocked, withInactive } from "../../servers/inactive.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { createSystemReading } from "../../servers/systems.ts";
import { teamTest } from "./filters.ts";
import { ineffectiveWords } from "./ineffective-words.ts";
import { planFindings, readForPlan } from "./plan-findings.ts";
import type { PlanRequest, PlanResult, Selection } from "./plan-port.ts";
import { createPace, selectAgents, unjudgedOf } from "./select-agents.ts";

interface Ports {
  readonly projections: Projections;
  readonly authorize: Pick<Authorize, "access">;
  readonly clock: Clock;
}

/** Fewer agents than this are asked about before anybody can read a first card. */
const MANY = 100;

/** The plan to upgrade agents, read afresh. Throws UserError and ServerError. */
export async function readAgentPlan(request: PlanRequest, ports: Ports): Promise<PlanResult> {
  const { projections, authorize, clock } = ports;
  const { server, selection, rerun } = request;
  const access = await authorize.access(server, request.person, rerun ? "press" : "look");
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
  const candidates = agents.filter((agent) => selection.statuses.includes(agent.status));
  const pace = createPace();
  const isOnTeam = teamTest(selection);
  const chosen = await selectAgents(server, selection, agents, pace);
  const { matching } = chosen;
  const claims = new Map([...projections.claims(server.name).held].filter(([, rollout]) => rollout !== request.own));
  // An agent that another rollout upgrades right now is offline for that, and known.
  const isWanted = ({ id, status }: Agent) =>
    selection.statuses.includes(status) || (status === "offline" && (selection.includeOffline || claims.has(id)));
  const claimOf = (id: string) => claims.get(id);
  const unavailable = rerun
    ? []
    : await ineffectiveWords({ server, selection, agents, selected: chosen, isWanted, views, claimOf, pace });
  const selected = matching.filter((agent) => isWanted(agent) && (rerun === undefined || rerun.has(agent.id)));
  const expect = ({ id, relayId, version }: Agent) =>
    projections.learned.expect(server.name, { id, relay: relayId, version });
  const slots = selection.slots ?? server.policy.slots;
  const { perRelay } = server.limits;
  const inOrder = orderAgents(selected, (agent) => expect(agent).ms, undefined, { slots, perRelay });
  const ordered = [...inOrder.filter(({ status }) => status !== "offline"), ...inOrder.filter(isOffline)];
  const systems = createSystemReading(server);
  const rules = {
    policy: server.policy,
    serverVersion,
    claims,
    systems: systems.known,
    inactive: inactive !== undefined,
  };
  const unasked = { ...rules, missingRights: new Map() };
  const isFree = (agent: Agent) => !exclusionOf(agent, unasked);
  const asked = new Set([...ordered.slice(0, selection.limit).map(({ id }) => id)]);
  const chosenIds = new Set(ordered.map(({ id }) => id));
  const unchosen = candidates.filter(({ id }) => !chosenIds.has(id)).length;
  const many = server.fleet.unread(asked) >= MANY;
  const partial = { server, serverVersion, candidates: candidates.length, selected: ordered.length };
  const rights = await access.lacks(ordered, {
    teams: selection.team.length > 0 || (rerun !== undefined && wantsApprovals(server.policy)),
    enough: selection.limit,
    async counts(agent, teams) {
      if (!isOnTeam(teams) || !isFree(agent)) return false;
      await systems.read(agent);
      return isFree(agent);
    },
    progress: (checked) => many && request.progress?.({ ...partial, checked }),
    begin: () => many && request.progress?.({ ...partial, checked: 0 }),
  });
  const looked = ordered.filter((agent) => rights.missing.has(agent.id));
  const mine = looked.filter((agent) => isOnTeam(rights.teams.get(agent.id) ?? []));
  const judged = { ...rules, missingRights: rights.missing };
  const allowed = mine.filter((agent) => !exclusionOf(agent, judged));
  await systems.readAll(allowed, selection.limit, isFree);
  const plan = makePlan({
    policy: server.policy,
    serverVersion,
    exclusionOf: (agent) => exclusionOf(agent, judged),
    options: {
      slots,
      reason: selection.reason ?? null,
      ...canariesFor(selection, server.policy),
      ...(selection.emergency ? { emergency: true as const } : {}),
    },
    agents: mine,
    limit: selection.limit,
    order: rerun,
    expected: (agent) => expect(agent).ms,
    perRelay,
    teamsOf: (agent) => rights.teams.get(agent.id),
  });
  checkTeam(server, selection, rights.teams);
  const expected = plan.agents.map((agent) => projections.learned.expect(server.name, agent));
  return {
    plan,
    identity,
    unknown: selection.includeOffline
      ? 0
      : matching.filter((agent) => isOffline(agent) && !claims.has(agent.id)).length,
    unjudged: unjudgedOf(matching.filter(({ id }) => !claims.has(id))),
    nameless: server.urbancode.nameless(),
    candidates: candidates.length,
    filtered: unchosen + looked.length - mine.length,
    beyond: ordered.length - looked.length,
    unasked: systems.unasked(plan),
    unavailable,
    activity,
    expected: expected.map(({ ms }) => ms),
    learned: expected.some(({ learned }) => learned),
    limits: server.limits,
    ...(guide ? { findings: planFindings(server, plan, agents, await guide) } : {}),
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

function isOffline({ status }: Agent): boolean {
  return status === "offline";
}

/** The policy's least number where nothing else was said; whoever wants to look in between needs one to look at. */
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

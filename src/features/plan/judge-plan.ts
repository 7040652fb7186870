import type { Agent, AgentTeam } from "../../core/agent.ts";
import { UserError } from "../../core/user-error.ts";
import type { Learned } from "../../model/plan/learned.ts";
import { makePlan } from "../../model/plan/make-plan.ts";
import type { PlanOptions } from "../../model/plan/plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { RightsReading } from "../../people/access.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { SystemReading } from "../../servers/systems.ts";
import { teamTest } from "./filters.ts";
import { type PlanReadings, planFindings } from "./plan-findings.ts";
import type { JudgedPlan, PlanRequest, Selection } from "./plan-port.ts";
import type { SelectedFleet } from "./selected-fleet.ts";

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
export async function judgePlan(judged: Judged): Promise<JudgedPlan> {
  const { request, fleet, agents, serverVersion, rights, systems, learned, guide } = judged;
  const { server, selection, rerun } = request;
  const { ordered, exclusionOf, expected, pace } = fleet;
  const isOnTeam = teamTest(selection);
  const looked = ordered.filter((agent) => rights.missing.has(agent.id));
  const mine = looked.filter((agent) => isOnTeam(rights.teams.get(agent.id) ?? []));
  const person = { missingRights: rights.missing, systems: systems.known };
  const mayPlan = (agent: Agent) => !exclusionOf(agent, person);
  const allowed: Agent[] = [];
  for (const agent of mine) {
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
    filtered: fleet.unchosen + looked.length - mine.length,
    beyond: ordered.length - looked.length,
    unasked: systems.unasked(plan),
    expected: durations.map(({ ms }) => ms),
    learned: durations.some(({ learned }) => learned),
    ...(guide ? { findings: planFindings(server, plan, agents, await guide) } : {}),
  };
}

/** What a person asks for besides the agents: with the same rights, two who ask for the same get the same plan. */
export function askedBesides({ limit, canary, hold, reason, emergency }: Selection): string {
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

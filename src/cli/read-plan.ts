import pMap from "p-map";
import type { Agent, AgentDetail } from "../core/agent.ts";
import { UserError } from "../core/user-error.ts";
import { teamTest } from "../features/plan/filters.ts";
import { ineffectiveWords } from "../features/plan/ineffective-words.ts";
import type { PlanResult, Selection } from "../features/plan/plan-port.ts";
import { createPace, isNarrowed, selectAgents, unjudgedOf } from "../features/plan/select-agents.ts";
import { exclusionOf } from "../gates/exclusion-of.ts";
import { AT_ONCE, ServerError, saysNothing } from "../model/deploy-server.ts";
import { GUESSED_DURATION } from "../model/plan/forecast.ts";
import { makePlan } from "../model/plan/make-plan.ts";
import { wantedPermissions } from "../model/policy.ts";
import { causeText } from "../phrases/cause-text.ts";
import { inactiveBlocked, withInactive } from "../servers/inactive.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { createSystemReading } from "../servers/systems.ts";
import type { CliPorts } from "./cli-ports.ts";

/** The plan of a server alone. The rights are those of the account that reads. Throws UserError and ServerError. */
export async function readPlan(
  server: ManagedServer,
  selection: Selection,
  progress: CliPorts["progress"],
): Promise<PlanResult> {
  const [listed, serverVersion] = await Promise.all([server.fleet.agents(), server.fleet.version()]);
  progress("agents listed", listed.length, listed.length);
  const blocked = selection.includeInactive ? await inactiveBlocked(server) : undefined;
  if (blocked !== undefined) throw new UserError("inactive-refused", causeText(blocked));
  const agents = selection.includeInactive ? withInactive(listed, await server.fleet.inactive()) : listed;
  const pace = createPace();
  const isOnTeam = teamTest(selection);
  const chosen = await selectAgents(server, selection, agents, pace);
  const { matching } = chosen;
  const isWanted = ({ status }: Agent) =>
    selection.statuses.includes(status) || (selection.includeOffline && status === "offline");
  const views = async () => true;
  const claimOf = () => undefined;
  const words = { server, selection, agents, selected: chosen, isWanted, views, claimOf, pace };
  const unavailable = isNarrowed(chosen, selection) ? await ineffectiveWords(words) : [];
  const offline = matching.filter(({ status }) => status === "offline");
  const asked = matching.filter((agent) => selection.statuses.includes(agent.status));
  const selected = selection.includeOffline ? [...asked, ...offline] : asked;
  const details = await readDetails(server, selected, progress);
  const known = new Set([...details.values()].flatMap((detail) => [...(detail?.callerRights.keys() ?? [])]));
  const wanted = wantedPermissions(server.policy, known);
  const missingRights = new Map(
    selected.map((agent) => [
      agent.id,
      wanted.filter((permission) => details.get(agent.id)?.callerRights.get(permission) !== true),
    ]),
  );
  const systems = createSystemReading(server);
  const rules = {
    policy: server.policy,
    serverVersion,
    claims: new Map(),
    missingRights,
    systems: systems.known,
    inactive: selection.includeInactive,
  };
  const onTheTeam = selected.filter((agent) => isOnTeam(details.get(agent.id)?.teams ?? []));
  const isFree = (agent: Agent) => !exclusionOf(agent, rules);
  await systems.readAll(onTheTeam.filter(isFree), selection.limit, isFree);
  const plan = makePlan({
    policy: server.policy,
    serverVersion,
    exclusionOf: (agent) => exclusionOf(agent, rules),
    options: { slots: selection.slots ?? server.policy.slots, reason: null },
    agents: onTheTeam,
    limit: selection.limit,
  });
  const candidates = agents.filter((agent) => selection.statuses.includes(agent.status));
  const planned = new Set(onTheTeam.map(({ id }) => id));
  return {
    plan,
    lacking: undefined,
    identity: { user: { id: "", name: "", email: undefined, active: true, groups: [] }, via: "mapping" },
    unknown: selection.includeOffline ? 0 : offline.length,
    unjudged: unjudgedOf(matching),
    nameless: server.urbancode.nameless(),
    candidates: candidates.length,
    filtered: candidates.filter(({ id }) => !planned.has(id)).length,
    beyond: 0,
    unasked: systems.unasked(plan),
    unavailable,
    activity: await server.fleet.activity(),
    expected: plan.agents.map(() => GUESSED_DURATION),
    learned: false,
    limits: server.limits,
  };
}

async function readDetails(
  server: ManagedServer,
  agents: readonly Agent[],
  progress: CliPorts["progress"],
): Promise<ReadonlyMap<string, AgentDetail | undefined>> {
  const details = new Map<string, AgentDetail | undefined>();
  await pMap(
    agents,
    async (agent) => {
      details.set(agent.id, await detailOf(server, agent));
      progress("permissions checked", details.size, agents.length);
    },
    { concurrency: AT_ONCE },
  );
  return details;
}

/** Undefined if the server gives no details: the account then has no right on the agent. */
async function detailOf(server: ManagedServer, agent: Agent): Promise<AgentDetail | undefined> {
  try {
    return await server.urbancode.info(agent.id);
  } catch (error) {
    if (error instanceof ServerError && !saysNothing(error)) return undefined;
    throw error;
  }
}

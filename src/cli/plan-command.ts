import { type ArgumentSpec, parseArguments } from "../app/asking/arguments.ts";
import { inactiveBar, withInactive } from "../app/inactive.ts";
import { textOf } from "../app/plain-text.ts";
import type { Reading } from "../app/plans/reading.ts";
import { BOTH_STATUSES, onTeam, type Selection, selectAgents } from "../app/plans/select-agents.ts";
import { readSelection, SELECTION_FLAGS } from "../app/plans/selection.ts";
import type { Site } from "../app/site.ts";
import { createSystemReading } from "../app/systems.ts";
import { tenAtATime } from "../app/ten-at-a-time.ts";
import { ServerError } from "../app/urbancode.ts";
import { UserError } from "../app/user-error.ts";
import { planView } from "../app/views/plan-view.ts";
import type { Agent, AgentDetail } from "../domain/agent.ts";
import { exclusionOf } from "../domain/plans/exclusion.ts";
import { makePlan } from "../domain/plans/plan.ts";
import { wantedPermissions } from "../domain/policy.ts";
import { GUESSED_DURATION } from "../domain/rollouts/progress.ts";
import { takeSwitch } from "./usage.ts";

const { server: _server, emergency: _emergency, at: _at, ...filters } = SELECTION_FLAGS;

const ARGUMENTS: ArgumentSpec = {
  flags: filters,
  example: "drydock plan --url https://deploy.example.com:8443 --name web-* --limit 25",
};

/** Plans from a server alone. The rights are those of the account that reads. Throws UserError and ServerError. */
export async function runPlan(
  words: readonly string[],
  site: Site,
  progress: (done: number, total: number) => void,
): Promise<string> {
  const { on: json, rest } = takeSwitch(words, "json");
  const args = parseArguments(ARGUMENTS, rest);
  const selection = readSelection({ name: site.name, slots: site.policy.slots }, BOTH_STATUSES, [], args);
  const reading = await read(site, selection, progress);
  if (json) return JSON.stringify(toJson(reading), null, 2);
  const unmet = "Read only: nothing was started, and nothing can be from here. The rights are those of this account.";
  const view = planView({
    reading,
    draftId: "",
    policy: site.policy,
    approvals: 0,
    size: 0,
    opens: undefined,
    frozen: undefined,
    emergency: false,
    at: undefined,
    outruns: false,
    unmet,
    said: [],
  });
  return textOf({ ...view, parts: view.parts.filter((part) => part.kind !== "buttons") });
}

async function read(
  site: Site,
  selection: Selection,
  progress: (done: number, total: number) => void,
): Promise<Reading> {
  const [listed, serverVersion] = await Promise.all([site.fleet.agents(), site.fleet.version()]);
  const barred = selection.includeInactive ? await inactiveBar(site) : undefined;
  if (barred !== undefined) throw new UserError("inactive-refused", barred);
  const agents = selection.includeInactive ? withInactive(listed, await site.fleet.inactive()) : listed;
  const matching = await selectAgents(site, selection, agents);
  const offline = matching.filter(({ status }) => status === "offline");
  const asked = matching.filter((agent) => selection.statuses.includes(agent.status));
  const selected = selection.includeOffline ? [...asked, ...offline] : asked;
  const details = await readDetails(site, selected, progress);
  const known = new Set([...details.values()].flatMap((detail) => [...(detail?.callerRights.keys() ?? [])]));
  const wanted = wantedPermissions(site.policy, known);
  const missingRights = new Map(
    selected.map((agent) => [
      agent.id,
      wanted.filter((permission) => details.get(agent.id)?.callerRights.get(permission) !== true),
    ]),
  );
  const systems = createSystemReading(site);
  const rules = {
    policy: site.policy,
    serverVersion,
    claims: new Map(),
    missingRights,
    systems: systems.known,
    inactive: selection.includeInactive,
  };
  const onTheTeam = selected.filter((agent) => onTeam(selection, details.get(agent.id)?.teams ?? []));
  const isFree = (agent: Agent) => !exclusionOf(agent, rules);
  await systems.readAll(onTheTeam.filter(isFree), selection.limit, isFree);
  const plan = makePlan({
    ...rules,
    options: { slots: selection.slots ?? site.policy.slots, reason: null },
    agents: onTheTeam,
    limit: selection.limit,
  });
  return {
    plan,
    identity: { user: { id: "", name: "", email: undefined, active: true, groups: [] }, via: "mapping" },
    unknown: selection.includeOffline ? 0 : offline.length,
    candidates: agents.filter((agent) => selection.statuses.includes(agent.status)).length,
    beyond: 0,
    unasked: systems.unasked(plan),
    unmet: [],
    running: await site.fleet.running(),
    expected: plan.agents.map(() => GUESSED_DURATION),
    learned: false,
    limits: site.limits,
  };
}

async function readDetails(
  site: Site,
  agents: readonly Agent[],
  progress: (done: number, total: number) => void,
): Promise<ReadonlyMap<string, AgentDetail | undefined>> {
  const details = new Map<string, AgentDetail | undefined>();
  await tenAtATime(agents, async (agent) => {
    details.set(agent.id, await detailOf(site, agent));
    progress(details.size, agents.length);
  });
  return details;
}

/** Undefined where the server does not tell: nothing is allowed on it then. */
async function detailOf(site: Site, agent: Agent): Promise<AgentDetail | undefined> {
  try {
    return await site.urbancode.info(agent.id);
  } catch (error) {
    if (error instanceof ServerError && error.fault !== "unreachable" && error.fault !== "failing") return undefined;
    throw error;
  }
}

function toJson({ plan, unknown, candidates, running: busy }: Reading): object {
  return { readOnly: true, candidates, offlineUnknown: unknown, runningDeployments: busy ?? null, plan };
}

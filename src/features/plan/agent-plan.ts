import type { Agent } from "../../core/agent.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { wantsApprovals } from "../../model/policy.ts";
import type { Authorize } from "../../people/authorize.ts";
import { causeText } from "../../phrases/cause-text.ts";
import type { Projections } from "../../projections/projections.ts";
import { inactiveBlocked, withInactive } from "../../servers/inactive.ts";
import { createSystemReading } from "../../servers/systems.ts";
import { teamTest } from "./filters.ts";
import { ineffectiveWords } from "./ineffective-words.ts";
import { askedBesides, judgePlan } from "./judge-plan.ts";
import { readForPlan } from "./plan-findings.ts";
import type { PlanRequest, PlanResult } from "./plan-port.ts";
import type { SharedFleets } from "./shared-fleets.ts";

interface Ports {
  readonly projections: Projections;
  readonly authorize: Pick<Authorize, "access">;
  readonly clock: Clock;
  readonly fleetFor: SharedFleets;
}

/** Fewer agents than this are asked about before anybody can read a first card. */
const MANY = 100;

/** The plan to upgrade agents, read afresh. Throws UserError and ServerError. */
export async function readAgentPlan(request: PlanRequest, ports: Ports): Promise<PlanResult> {
  const { projections, authorize, clock, fleetFor } = ports;
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
  const { learned } = projections;
  const { held } = projections.claims(server.name);
  const hasInactive = inactive !== undefined;
  const fleet = await fleetFor(request, { agents, serverVersion, hasInactive, held, learned });
  const { chosen, candidates, unknown, unjudged, isWanted, ordered, claims, exclusionOf, pace } = fleet;
  const claimOf = (id: string) => claims.get(id);
  const unavailable = rerun
    ? []
    : await ineffectiveWords({ server, selection, agents, selected: chosen, isWanted, views, claimOf, pace });
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

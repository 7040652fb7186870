import pMap, { pMapSkip } from "p-map";
import { defineCommand } from "../../conversation/command.ts";
import type { Clock } from "../../core/ports.ts";
import type { Line } from "../../core/view.ts";
import { withTimeout } from "../../core/with-timeout.ts";
import { AT_ONCE } from "../../model/deploy-server.ts";
import type { Policy } from "../../model/policy.ts";
import { isApproved, isAsking, isParty, isScheduled, validApprovals } from "../../model/rollout/request.ts";
import { isOver, isReviewOpen, type Rollout } from "../../model/rollout/rollout.ts";
import type { Authorize } from "../../people/authorize.ts";
import type { CardLinks } from "../../people/card-links.ts";
import { undefinedUntold } from "../../people/undefined-untold.ts";
import type { Visibility } from "../../people/visibility.ts";
import type { Projections } from "../../projections/projections.ts";
import { progressOf } from "../../projections/rollout-progress.ts";
import type { ManagedServer, Servers } from "../../servers/managed-server.ts";
import { accessNumbers } from "../whoami/whoami-port.ts";
import { type Home, type HomeRollout, type HomeServer, homeView } from "./home-view.ts";
import { readSummary, type SummaryPorts, worstServersFirst } from "./server-summary.ts";
import { type StatePorts, stateLines } from "./state-lines.ts";

/** How long one server may keep the page waiting, in ms. */
const TIMEOUT = 3_000;

export interface HomePorts extends SummaryPorts, StatePorts {
  readonly authorize: Authorize;
  readonly cardLinks: CardLinks;
  readonly clock: Clock;
  readonly projections: Projections;
  readonly servers: Servers;
  readonly visibility: Visibility;
}

/** Everything on one person's page, and nothing that this person may not view. */
export async function readHome(person: string, ports: HomePorts): Promise<Home> {
  const { projections, visibility } = ports;
  const [open, servers] = await Promise.all([
    visibility.among(projections.openRollouts(), person),
    Promise.all([...ports.servers.values()].map((server) => readHomeServer(server, person, ports))),
  ]);
  const drawn = (rollouts: readonly Rollout[]) => withCards(rollouts, ports);
  const [asking, reviews] = [open.filter((one) => isWaiting(one, person, ports)), open.filter(isReviewOpen)];
  const [approvals, mine] = await Promise.all([
    decidedBy(person, asking, ports, ({ policy }) => policy),
    decidedBy(person, reviews, ports, () => undefined),
  ]);
  const scheduled = open.filter((one) => isScheduled(one) && one.owner === person);
  const at = ports.clock.now();
  return {
    approvals: await drawn(approvals),
    offers: await drawn(open.filter(({ offer }) => offer?.to === person && !offer.over && at < offer.expiresAt)),
    reviews: await drawn(mine),
    underWay: await drawn(open.filter((one) => !isOver(one) && ![...approvals, ...scheduled].includes(one))),
    scheduled: await drawn(scheduled),
    servers: worstServersFirst(servers),
  };
}

/** Whether it waits for approvals, and not only for those of others. */
function isWaiting(rollout: Rollout, person: string, { servers }: HomePorts): boolean {
  const policy = servers.get(rollout.plan.server)?.policy;
  if (!policy || !isAsking(rollout) || isApproved(rollout, policy)) return false;
  return validApprovals(rollout, policy).every((approval) => approval.person !== person);
}

/** Those that this person may approve or review now: none of their own. @param agreed by which rules besides those of today. */
function decidedBy(
  person: string,
  rollouts: readonly Rollout[],
  ports: HomePorts,
  agreed: (rollout: Rollout) => Policy | undefined,
): Promise<readonly Rollout[]> {
  return pMap(
    rollouts,
    async (rollout) => {
      const server = ports.servers.get(rollout.plan.server);
      if (!server) return pMapSkip;
      const asked = ports.authorize.asApprover(server, person, agreed(rollout), { fresh: "look" });
      const answer = await withTimeout(ports.clock, TIMEOUT, asked).catch(undefinedUntold);
      if (!answer || answer.lacks) return pMapSkip;
      return isParty(rollout, { person, user: answer.identity.user }) ? pMapSkip : rollout;
    },
    { concurrency: AT_ONCE },
  );
}

function withCards(rollouts: readonly Rollout[], ports: HomePorts): Promise<readonly HomeRollout[]> {
  return pMap(
    rollouts,
    async (rollout) => {
      const policy = ports.servers.get(rollout.plan.server)?.policy;
      if (!policy) return pMapSkip;
      return {
        rollout,
        policy,
        progress: progressOf(ports.projections, rollout),
        url: await ports.cardLinks.of(rollout),
      };
    },
    { concurrency: AT_ONCE },
  );
}

async function readHomeServer(server: ManagedServer, person: string, ports: HomePorts): Promise<HomeServer> {
  const { name } = server;
  const [summary, knows, access] = await Promise.all([
    readSummary(server, person, ports, { teams: false }),
    ports.visibility.knows(server, person, "look"),
    withTimeout(ports.clock, TIMEOUT, accessNumbers(server, ports, person, { maxReads: 0 })),
  ]);
  const state = knows ? stateLines(server, ports, summary) : [];
  const late: Line = [{ bold: name }, ": Drydock could not read in time what you may do there."];
  return { name, summary, state, access: access ?? { line: late, isCounted: false } };
}

/** A person's own page, drawn when they open it and after what they press. */
export const home = defineCommand({
  name: "home",
  summary: "show your page",
  // Its own limit holds for it, so that presses do not use up what a person may type.
  always: true,
  args: { flags: {}, example: "open Drydock's page in Slack" },
  async handler(_args, { call }, ports: HomePorts) {
    return homeView(await readHome(call.person, ports));
  },
});

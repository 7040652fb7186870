import pMap from "p-map";
import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import { readSummary, type SummaryPorts, worstServersFirst } from "../src/features/status/server-summary.ts";
import { type StatePorts, stateLines } from "../src/features/status/state-lines.ts";
import { type ListedRollout, type ServerStatusView, statusView } from "../src/features/status/status-view.ts";
import { AT_ONCE } from "../src/model/deploy-server.ts";
import type { CardLinks } from "../src/people/card-links.ts";
import type { FindRollout } from "../src/people/find-rollout.ts";
import type { Visibility } from "../src/people/visibility.ts";
import { tally } from "../src/phrases/progress-words.ts";
import type { Projections } from "../src/projections/projections.ts";
import { progressOf } from "../src/projections/rollout-progress.ts";
import { rolloutOfThread } from "../src/servers/current-rollout.ts";
import { type ManagedServer, type Servers, serverNamed } from "../src/servers/managed-server.ts";

interface Ports extends SummaryPorts, StatePorts {
  readonly findRollout: FindRollout;
  readonly cardLinks: CardLinks;
  readonly projections: Projections;
  readonly servers: Servers;
  readonly visibility: Visibility;
  readonly waitsFor: (rollout: string) => string | undefined;
}

export const status = defineCommand({
  name: "status",
  group: "Look",
  summary: "show agents that cannot deploy, slots, rollouts and freezes",
  inThread: true,
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "status prod" },
  async handler(args, { call }, ports: Ports) {
    const ofThread = rolloutOfThread(ports.projections, call);
    const here = ofThread && (await ports.findRollout(ofThread.id, call, () => undefined));
    if (here && args.words.length === 0)
      return say("rollout-status", [{ bold: here.id }, `: ${tally(progressOf(ports.projections, here))}`]);
    const servers =
      args.words[0] === undefined ? [...ports.servers.values()] : [serverNamed(ports.servers, args.words[0])];
    const described = await Promise.all(servers.map((server) => describe(server, ports, call.person)));
    return statusView(worstServersFirst(described));
  },
});

/** One server that does not answer spoils nothing for the others. */
async function describe(server: ManagedServer, ports: Ports, person: string): Promise<ServerStatusView> {
  const { name } = server;
  const [summary, knows, rollouts] = await Promise.all([
    readSummary(server, person, ports, { teams: true }),
    ports.visibility.knows(server, person, "look"),
    ports.visibility.among(ports.projections.openRollouts(name), person),
  ]);
  const state = knows ? stateLines(server, ports, summary) : [];
  const listed = await pMap(
    rollouts,
    async (rollout): Promise<ListedRollout> => ({
      rollout,
      policy: server.policy,
      progress: progressOf(ports.projections, rollout),
      url: await ports.cardLinks.of(rollout),
      waits: ports.waitsFor(rollout.id),
    }),
    { concurrency: AT_ONCE },
  );
  return { name, summary, state, rollouts: listed };
}

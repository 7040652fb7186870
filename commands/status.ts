import { defineCommand } from "../src/conversation/command.ts";
import type { AgentStatus } from "../src/core/agent.ts";
import { count } from "../src/core/format.ts";
import type { Clock } from "../src/core/ports.ts";
import { unknownStatuses, unknownStatusPieces } from "../src/core/status-spellings.ts";
import { type Line, say } from "../src/core/view.ts";
import { withTimeout } from "../src/core/with-timeout.ts";
import { openReviewLine } from "../src/features/emergency/review-view.ts";
import { serverNamed } from "../src/features/plan/selection.ts";
import { tally } from "../src/features/rollout/card-view.ts";
import { startWords } from "../src/features/schedule/schedule-view.ts";
import { accessSummary } from "../src/features/whoami/access-summary.ts";
import { blockedAt, phraseOf } from "../src/gates/index.ts";
import type { ServerSituation } from "../src/gates/server-situation.ts";
import { ServerError } from "../src/model/deploy-server.ts";
import { isOver, isReviewOpen, type Rollout } from "../src/model/rollout/rollout.ts";
import type { Authorize } from "../src/people/authorize.ts";
import type { Visibility } from "../src/people/visibility.ts";
import type { Projections } from "../src/projections/projections.ts";
import { rolloutOfThread } from "../src/projections/rollout-of-thread.ts";
import { progressOf } from "../src/projections/rollout-progress.ts";
import type { ManagedServer, Servers } from "../src/servers/managed-server.ts";
import { type Slots, slotWords } from "../src/servers/slots.ts";

interface Ports {
  readonly clock: Clock;
  readonly authorize: Authorize;
  readonly projections: Projections;
  readonly servers: Servers;
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly slots: (server: ManagedServer) => Slots;
  readonly visibility: Visibility;
  readonly waitsFor: (rollout: string) => string | undefined;
}

export const status = defineCommand({
  name: "status",
  group: "Servers",
  summary: "show agents by status, slots in use and rollouts under way",
  inThread: true,
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "/agents status prod" },
  async handler(args, { call }, ports: Ports) {
    const ofThread = rolloutOfThread(ports.projections, call);
    const here = ofThread && (await ports.visibility.rollout(ofThread.id, call));
    if (here && args.words.length === 0)
      return say("rollout-status", [{ bold: here.id }, `: ${tally(progressOf(ports.projections, here))}`]);
    const servers =
      args.words[0] === undefined
        ? [...ports.servers.values()]
        : [serverNamed(ports.servers, args.words[0].toLowerCase())];
    const described = await Promise.all(servers.map((server) => describe(server, ports, call.person)));
    return say("status", ...described.flat());
  },
});

const MAX_VERSIONS = 5;
/** How long one server may keep the others' answer waiting, in ms. */
const TIMEOUT = 5_000;

/** One server that does not answer spoils nothing for the others. */
async function describe(server: ManagedServer, ports: Ports, person: string): Promise<readonly Line[]> {
  const [told, knows, rollouts] = await Promise.all([
    serverLines(server, ports, person),
    ports.visibility.knows(server, person),
    ports.visibility.among(ports.projections.openRollouts(server.name), person),
  ]);
  return [...told, ...(knows ? stateLines(server, ports) : []), ...rolloutLines(server, ports, rollouts)];
}

function stateLines(server: ManagedServer, ports: Ports): readonly Line[] {
  const blocked = blockedAt("dispatch", "server", ports.situation(server), server.policy);
  return [[`Slots in use: ${slotWords(ports.slots(server))}.`], ...blocked.map(phraseOf)];
}

function rolloutLines(_server: ManagedServer, ports: Ports, rollouts: readonly Rollout[]): readonly Line[] {
  const lines: Line[] = [];
  for (const rollout of rollouts) {
    if (isReviewOpen(rollout)) lines.push(openReviewLine(rollout));
    if (isOver(rollout)) continue;
    const starts = startWords(rollout);
    const waits = ports.waitsFor(rollout.id);
    lines.push([
      { bold: rollout.id },
      " (",
      ...(starts
        ? ["scheduled for ", ...starts]
        : [rollout.status === "requested" ? "asks for approval" : rollout.status]),
      ", ",
      { person: rollout.owner },
      `): ${tally(progressOf(ports.projections, rollout))}`,
      ...(waits ? [` ${waits}`] : []),
    ]);
  }
  return lines;
}

/** What the server itself tells, to somebody who is known there. */
async function serverLines(server: ManagedServer, ports: Ports, person: string): Promise<readonly Line[]> {
  const read = async (): Promise<readonly Line[]> => {
    try {
      const [who, tally] = await Promise.all([accessSummary(server, ports.authorize, person), counts(server)]);
      return who.known ? [[{ bold: server.name }, `: ${tally}`], who.line] : [who.line];
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      return [[{ bold: server.name }, `: no usable answer. ${error.message}`]];
    }
  };
  const late: Line = [{ bold: server.name }, `: no usable answer within ${TIMEOUT / 1_000} s.`];
  return (await withTimeout(ports.clock, TIMEOUT, read())) ?? [late];
}

async function counts({ fleet, urbancode }: ManagedServer): Promise<string> {
  const [agents, version] = await Promise.all([fleet.agents(), fleet.version()]);
  const byStatus = new Map<AgentStatus, number>();
  for (const agent of agents) byStatus.set(agent.status, (byStatus.get(agent.status) ?? 0) + 1);
  const byVersion = new Map<string, number>();
  for (const { version: at } of agents) if (at) byVersion.set(at, (byVersion.get(at) ?? 0) + 1);
  const versions = [...byVersion]
    .sort(([, a], [, b]) => b - a)
    .map(([name, n]) => `${n.toLocaleString("en")} at ${name}`);
  const rest = versions.length > MAX_VERSIONS ? ` and ${versions.length - MAX_VERSIONS} more versions` : "";
  const own = unknownStatuses(agents);
  const unknown = unknownStatusPieces(own).map((piece) => (typeof piece === "string" ? piece : piece.data));
  const said = [...byStatus]
    .sort(([, a], [, b]) => b - a)
    .map(
      ([name, n]) =>
        `${n.toLocaleString("en")} ${name === "unknown" ? `in a status that Drydock does not know (${unknown.join("")})` : name}`,
    );
  return `${agents.length.toLocaleString("en")} agents${version ? `, server ${version}` : ""}: ${said.join(", ") || "none visible to Drydock's account"}.${namelessWords(urbancode.nameless())} ${versions.slice(0, MAX_VERSIONS).join(", ")}${rest}`;
}

function namelessWords(n: number): string {
  return n === 0 ? "" : ` ${count(n, "more entry has", "more entries have")} an id and no name.`;
}

import { type Agent, unknownStatuses, unknownStatusPieces } from "../../core/agent.ts";
import { onceFor } from "../../core/cache.ts";
import { count } from "../../core/format.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import type { Line } from "../../core/view.ts";
import { withTimeout } from "../../core/with-timeout.ts";
import { ServerError } from "../../model/deploy-server.ts";
import type { Views } from "../../people/access.ts";
import type { Visibility } from "../../people/visibility.ts";
import { type Breakdown, breakDown, breakDownForAll } from "../../servers/break-down.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

/** How long one server may keep the others' answer waiting, in ms; the teams of its agents are worth less. */
const TIMEOUT = 5_000;
const TEAMS_TIMEOUT = 3_000;
/** Versions that are counted one by one. */
const MAX_VERSIONS = 5;

/** What a server reports of its agents to a person whom it knows. */
export type ServerSummary =
  | {
      readonly kind: "read";
      readonly blocked: number;
      readonly all: number;
      readonly counts: string;
      readonly found: Breakdown | undefined;
    }
  /** It gave no answer, or the person is not known there. */
  | { readonly kind: "unread" | "unknown"; readonly why: Line };

export interface SummaryPorts {
  readonly clock: Clock;
  readonly visibility: Pick<Visibility, "agents">;
}

/** @param teams whether the teams of agents that cannot deploy are read too: each agent costs a request. */
export async function readSummary(
  server: ManagedServer,
  person: string,
  { clock, visibility }: SummaryPorts,
  { teams }: { readonly teams: boolean },
): Promise<ServerSummary> {
  try {
    const reading = Promise.all([visibility.agents(server, person), server.fleet.agents(), server.fleet.version()]);
    const read = await withTimeout(clock, TIMEOUT, reading);
    if (!read) return { kind: "unread", why: [`no usable answer within ${TIMEOUT / 1_000} s.`] };
    const [views, agents, version] = read;
    const { blocked } = tallies(agents);
    const counts = agentCounts(agents, version, server.urbancode.nameless());
    const found = teams && blocked.length > 0 ? await withTimeout(clock, TEAMS_TIMEOUT, shares()) : undefined;
    return { kind: "read", blocked: blocked.length, all: agents.length, counts, found };

    async function shares(): Promise<Breakdown> {
      return (await viewsAll(views)) ? breakDownForAll(server, blocked) : breakDown(server, blocked, views);
    }
  } catch (error) {
    if (error instanceof UserError) return { kind: "unknown", why: [error.message] };
    if (error instanceof ServerError) return { kind: "unread", why: [`no usable answer. ${error.message}`] };
    throw error;
  }
}

/** If the server does not say it, the agents that cannot deploy are counted all the same. */
async function viewsAll(views: Views): Promise<boolean> {
  try {
    return await views.all();
  } catch (error) {
    if (error instanceof ServerError) return false;
    throw error;
  }
}

/** The one that needs a person most first: without an answer, then with the most agents that cannot deploy. */
export function worstServersFirst<T extends { readonly summary: ServerSummary }>(servers: readonly T[]): readonly T[] {
  const badness = ({ summary }: T) =>
    summary.kind === "read" ? summary.blocked : summary.kind === "unread" ? Number.POSITIVE_INFINITY : -1;
  // The difference of two infinities is no number.
  return [...servers].sort((a, b) => (badness(a) === badness(b) ? 0 : badness(b) > badness(a) ? 1 : -1));
}

/** What one reading of the list counts, found once for all who ask at the same time. */
const tallies = onceFor((agents: readonly Agent[]) => ({
  blocked: agents.filter(({ status }) => status === "upgrade-required"),
  statuses: tally(agents.map(({ status }) => status)),
  versions: tally(agents.flatMap(({ version }) => version ?? [])),
  unknown: unknownStatusPieces(unknownStatuses(agents)),
}));

/** `59 agents, server 7.2.3.1: 44 online, 15 upgrade-required. 44 at 7.2.3.1, 15 at 6.2.7.` */
function agentCounts(agents: readonly Agent[], serverVersion: string | undefined, nameless: number): string {
  const found = tallies(agents);
  const unknown = found.unknown.map((piece) => (typeof piece === "string" ? piece : piece.data));
  const statuses = found.statuses.map(([status, n]) =>
    status === "unknown" ? `${n} in a status that Drydock does not know (${unknown.join("")})` : `${n} ${status}`,
  );
  const versions = found.versions.map(([version, n]) => `${n} at ${version}`);
  const more = versions.length > MAX_VERSIONS ? ` and ${versions.length - MAX_VERSIONS} more versions` : "";
  const all = `${count(agents.length, "agent")}${serverVersion ? `, server ${serverVersion}` : ""}`;
  const at = versions.length === 0 ? "" : ` ${versions.slice(0, MAX_VERSIONS).join(", ")}${more}.`;
  return `${all}: ${statuses.join(", ") || "none visible to Drydock's account"}.${namelessWords(nameless)}${at}`;
}

/** The most frequent first. */
function tally<T extends string>(values: readonly T[]): readonly (readonly [T, string])[] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([value, n]) => [value, n.toLocaleString("en")]);
}

function namelessWords(n: number): string {
  return n === 0 ? "" : ` ${count(n, "more entry has", "more entries have")} no id or no name that Drydock can read.`;
}

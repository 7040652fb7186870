import { type Finding, worstFirst } from "../../core/finding.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import type { Version } from "../../core/version.ts";
import { ServerError } from "../../model/deploy-server.ts";
import { clockFindings, contactFindings, jmsFindings } from "../../model/guide/contact.ts";
import { inactiveFindings } from "../../model/guide/inactive.ts";
import { javaFindings } from "../../model/guide/java.ts";
import { orderFindings } from "../../model/guide/order.ts";
import { passedStops, pathFindings } from "../../model/guide/path.ts";
import { hiddenRelays, relayFindings } from "../../model/guide/relays.ts";
import { duplicateFindings, statusFindings } from "../../model/guide/status-findings.ts";
import { tlsFindings } from "../../model/guide/tls.ts";
import type { Authorize } from "../../people/authorize.ts";
import { type WordedFinding, worded } from "../../phrases/finding-text.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { canariesOf, testFindings } from "./canary-test.ts";
import { type ReadinessPorts, readinessFindings } from "./readiness.ts";
import { rightsFindings } from "./rights-findings.ts";
import { readServer, type ServerReadings } from "./server-readings.ts";
import { readWay } from "./way.ts";

/** A finding with some names of its agents, those that the person may view. */
export type NamedFinding = WordedFinding & { readonly names: readonly string[] };

export interface ServerReport {
  readonly server: string;
  readonly serverVersion: string | undefined;
  readonly agents: number;
  /** Worst first. */
  readonly findings: readonly NamedFinding[];
  /** The id of an agent that wants the upgrade and that the person may view, to look at more closely. */
  readonly example: string | undefined;
}

export interface CheckRequest {
  readonly server: ManagedServer;
  readonly person: string;
  /** Versions that were typed: the way between them, in place of the server's own where one is left out. */
  readonly from: Version | undefined;
  readonly to: Version | undefined;
  /** Whether the connection of a few canaries is tested: a request that is more than a look. */
  readonly test: boolean;
}

const MAX_NAMED = 3;
/** So many are asked about for those few. */
const MAX_LOOKED_AT = 8;

export interface CheckPorts extends ReadinessPorts {
  readonly clock: Clock;
  readonly authorize: Authorize;
}

/** Everything that stands between a server and a clean upgrade. Throws UserError where the person is nobody there, ServerError where the server does not answer. */
export async function checkServer(request: CheckRequest, ports: CheckPorts): Promise<ServerReport> {
  const { server, person } = request;
  const access = await ports.authorize.onAgents(server, person, "look");
  const { views } = access;
  const readings = await readServer(server, ports.clock);
  const { agents, serverVersion } = readings;
  const canaries = await canariesOf(agents, views);
  const findings = worstFirst([
    ...guideFindings(server, readings, ports.clock.now()).map(worded),
    ...wayFindings(request, serverVersion).map(worded),
    ...readinessFindings(server, readings, ports),
    ...(await rights()),
    ...(request.test ? await testFindings(server, person, canaries, ports.authorize) : []),
    unseen(),
  ]);
  const named: NamedFinding[] = [];
  for (const finding of findings) named.push({ ...finding, names: await namesOf(finding) });
  return { server: server.name, serverVersion, agents: agents.length, findings: named, example: canaries[0]?.id };

  async function rights(): Promise<readonly WordedFinding[]> {
    try {
      return await rightsFindings(server, access, agents);
    } catch (error) {
      if (!(error instanceof UserError || error instanceof ServerError)) throw error;
      return [
        {
          topic: "preflight",
          level: "warn",
          sentence: ["Drydock could not read your permissions there: ", { data: error.message }],
          todo: ["Try again in a minute; ", { say: "whoami" }, " says what is missing."],
        },
      ];
    }
  }

  async function namesOf({ agents: concerned = [] }: WordedFinding): Promise<readonly string[]> {
    const names: string[] = [];
    for (const { id, name } of concerned.slice(0, MAX_LOOKED_AT)) {
      if (names.length >= MAX_NAMED) break;
      if (await views(id)) names.push(name);
    }
    return names;
  }
}

/** What the vendor's guide says to this server and its agents. */
function guideFindings(
  { guide, relays: wanted }: ManagedServer,
  readings: ServerReadings,
  now: number,
): readonly Finding[] {
  const { agents, serverVersion, relays, settings, ahead, inactive } = readings;
  return [
    ...statusFindings(agents),
    ...duplicateFindings(agents),
    ...orderFindings(agents, serverVersion),
    ...passedStops(agents, serverVersion),
    ...jmsFindings(agents, serverVersion),
    ...relayFindings(relays, agents, serverVersion, wanted?.minimum),
    ...hiddenRelays(relays, agents),
    ...inactiveFindings(serverVersion, settings?.inactiveLinks, inactive),
    ...tlsFindings(agents, guide?.sslv3Below),
    ...javaFindings(agents, serverVersion),
    ...clockFindings(ahead),
    ...contactFindings(agents, ahead === undefined ? undefined : now + ahead),
  ];
}

function wayFindings({ server, from, to }: CheckRequest, serverVersion: string | undefined): readonly Finding[] {
  if (from === undefined && to === undefined) return [];
  const way = readWay({ from, to, serverVersion, server: server.name });
  return pathFindings(way.from, way.to);
}

/** What stays unseen from outside, whatever is asked. */
function unseen(): WordedFinding {
  return {
    topic: "preflight",
    level: "note",
    sentence: [
      "Drydock does not see an agent's host: its account's access to air-agentupgrade.jar and its directories, its disk, its Java, its clock.",
    ],
    todo: ["The commands to run there, for one agent: ", { say: "check --agent NAME" }, "."],
  };
}

import type { Agent } from "../../core/agent.ts";
import { type Finding, worstFirst } from "../../core/finding.ts";
import type { Clock } from "../../core/ports.ts";
import { clockFindings, contactFindings, jmsFindings } from "../../model/guide/contact.ts";
import { passedStops } from "../../model/guide/path.ts";
import { hiddenRelays, relayFindings } from "../../model/guide/relays.ts";
import { duplicateFindings } from "../../model/guide/status-findings.ts";
import { tlsFindings } from "../../model/guide/tls.ts";
import { everyAgent, type Plan } from "../../model/plan/plan.ts";
import { ifTold } from "../../servers/fleet.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

/** A plan waits for what is good to know no longer than this, in ms: usually it is there before the rights are. */
const TIMEOUT = 2_000;

/** What a plan's card wants to know besides what the plan reads anyway; begin it early, it is shared by everybody who asks. */
export interface PlanReadings {
  readonly relays: Awaited<ReturnType<ManagedServer["fleet"]["relays"]>> | undefined;
  readonly ahead: number | undefined;
  /** The server's own time, in ms since 1970. */
  readonly now: number | undefined;
}

export async function readForPlan({ fleet }: ManagedServer, clock: Clock): Promise<PlanReadings> {
  const [relays, ahead] = await Promise.all([
    ifTold(clock, fleet.relays(), TIMEOUT),
    ifTold(clock, fleet.ahead(), TIMEOUT),
  ]);
  return { relays, ahead, now: ahead === undefined ? undefined : clock.now() + ahead };
}

/**
 * What the vendor's guide says to the agents of a plan, or to those behind its relays (`fleet` has them, and others), worst first, and only what is worth a look.
 * Rules, windows, freezes, exclusions and running deployments have lines of their own on a plan's card.
 */
export function planFindings(
  server: Pick<ManagedServer, "guide" | "relays">,
  plan: Plan,
  fleet: readonly Agent[],
  readings: PlanReadings,
): readonly Finding[] {
  const { ahead, now } = readings;
  const concerned = new Set([...everyAgent(plan), ...(plan.relays ?? []).flatMap((relay) => relay.agents)].map(idOf));
  const isConcerned = ({ id }: Agent) => concerned.has(id);
  const agents = fleet.filter(isConcerned);
  const serverVersion = plan.serverVersion ?? undefined;
  const jms = jmsFindings(agents, serverVersion);
  const found = [
    ...(plan.relays ? [] : upgradeFindings(server, agents, serverVersion, readings)),
    ...jms,
    ...duplicateFindings(fleet, isConcerned),
    ...(ahead === undefined ? [] : clockFindings(ahead)),
    ...contactFindings(agents, now),
  ];
  // What talks JMS matters wherever relays are upgraded, also where the server does not warn of it.
  const isWorthIt = (finding: Finding) =>
    finding.level === "stop" || finding.level === "warn" || (plan.relays !== undefined && jms.includes(finding));
  return worstFirst(found.filter(isWorthIt));
}

/** What matters to agents that are upgraded themselves. */
function upgradeFindings(
  { guide, relays: wanted }: Pick<ManagedServer, "guide" | "relays">,
  agents: readonly Agent[],
  serverVersion: string | undefined,
  { relays }: PlanReadings,
): readonly Finding[] {
  const through = new Set(agents.flatMap(({ relayId }) => relayId ?? []));
  const theirs = relays?.filter(({ id }) => through.has(id));
  // Where others are visible, an empty list of theirs does not say that none is.
  const some = through.size > 0 && (theirs?.length !== 0 || relays?.length === 0);
  return [
    ...passedStops(agents, serverVersion),
    ...(some ? relayFindings(theirs, agents, serverVersion, wanted?.minimum) : []),
    ...hiddenRelays(relays, agents),
    ...(guide?.sslv3Below === undefined ? [] : tlsFindings(agents, guide.sslv3Below)),
  ];
}

const idOf = ({ id }: { readonly id: string }) => id;

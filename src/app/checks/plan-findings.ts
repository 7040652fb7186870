import type { Agent } from "../../domain/agent.ts";
import { clockFindings } from "../../domain/guide/contact.ts";
import { type Finding, worstFirst } from "../../domain/guide/finding.ts";
import { passedStops } from "../../domain/guide/path-findings.ts";
import { relayFindings } from "../../domain/guide/relay-findings.ts";
import { tlsFindings } from "../../domain/guide/tls.ts";
import { everyAgent, type Plan } from "../../domain/plans/plan.ts";
import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";
import { ifTold } from "./facts.ts";

/** A plan waits for what is good to know no longer than this, in ms: usually it is there before the rights are. */
const PATIENCE = 2_000;

/** What a plan's card wants to know besides what the plan reads anyway; begin it early, it is shared by everybody who asks. */
export interface PlanFacts {
  readonly relays: Awaited<ReturnType<Site["fleet"]["relays"]>> | undefined;
  readonly ahead: number | undefined;
}

export async function readPlanFacts({ fleet }: Site, clock: Clock): Promise<PlanFacts> {
  const [relays, ahead] = await Promise.all([
    ifTold(clock, fleet.relays(), PATIENCE),
    ifTold(clock, fleet.ahead(), PATIENCE),
  ]);
  return { relays, ahead };
}

/**
 * What the vendor's guide says to the agents of a plan (`looked` has them, and others), worst first, and only what is worth a look. Rules, windows, freezes, exclusions and
 * running deployments have lines of their own on a plan's card.
 */
export function planFindings(
  { guide, relays: wanted }: Pick<Site, "guide" | "relays">,
  plan: Plan,
  looked: readonly Agent[],
  { relays, ahead }: PlanFacts,
): readonly Finding[] {
  const inPlan = new Set(everyAgent(plan).map(({ id }) => id));
  const planned = looked.filter(({ id }) => inPlan.has(id));
  const serverVersion = plan.serverVersion ?? undefined;
  const through = new Set(planned.flatMap(({ relayId }) => relayId ?? []));
  const found = [
    ...passedStops(planned, serverVersion),
    ...(through.size > 0
      ? relayFindings(
          relays?.filter(({ id }) => through.has(id)),
          planned,
          serverVersion,
          wanted?.minimum,
        )
      : []),
    ...(guide?.sslv3Below === undefined ? [] : tlsFindings(planned, guide.sslv3Below)),
    ...(ahead === undefined ? [] : clockFindings(ahead)),
  ];
  return worstFirst(found.filter(({ level }) => level === "stop" || level === "warn"));
}

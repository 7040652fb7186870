import { nearness } from "../../core/nearness.ts";
import type { Clock } from "../../core/ports.ts";
import { foldName } from "../../core/typed-text.ts";
import { UserError } from "../../core/user-error.ts";
import { data, type Span } from "../../core/view.ts";
import { blockedAt, labelOf } from "../../gates/index.ts";
import type { Relay } from "../../model/deploy-server.ts";
import { lagOf, lags } from "../../model/guide/relays.ts";
import { narrowPlan } from "../../model/plan/make-plan.ts";
import { byName } from "../../model/plan/order.ts";
import type { Exclusion, Plan, PlannedRelay } from "../../model/plan/plan.ts";
import { DEFAULT_RELAYS } from "../../model/relay/settings.ts";
import type { Authorize } from "../../people/authorize.ts";
import { missingBehind } from "../../people/missing-behind.ts";
import { missingOnAny } from "../../people/read-rights.ts";
import { relayViewer } from "../../people/relay-viewer.ts";
import type { Projections } from "../../projections/projections.ts";
import { noneVisible } from "../../servers/none-visible.ts";
import { nameTest } from "./filters.ts";
import { meantSpans } from "./near-words.ts";
import { planFindings, readForPlan } from "./plan-findings.ts";
import type { PlanRequest, PlanResult } from "./plan-port.ts";

/** Fewer agents than this are asked about before anybody can read a first card. */
const MANY = 100;

/**
 * The plan to have relays upgraded, those with the fewest agents behind them first. Whoever asks needs the rights of an upgrade on
 * every agent that goes dark with a relay. Throws UserError and ServerError.
 */
export async function readRelayPlan(
  request: PlanRequest,
  ports: {
    /** Names or globs; none = every relay that lags. */
    readonly names: readonly string[];
    readonly projections: Projections;
    readonly authorize: Pick<Authorize, "onAgents">;
    readonly clock: Clock;
  },
): Promise<PlanResult> {
  const { server, person, rerun, selection } = request;
  const { names, projections } = ports;
  const access = await ports.authorize.onAgents(server, person, rerun ? "press" : "look");
  const guide = rerun ? undefined : readForPlan(server, ports.clock);
  guide?.catch(() => undefined);
  const [relays, agents, serverVersion] = await Promise.all([
    rerun ? server.urbancode.relays() : server.fleet.relays(),
    rerun ? server.urbancode.list() : server.fleet.agents(),
    rerun ? server.urbancode.version() : server.fleet.version(),
    access.grants(),
  ]);
  if (relays.length === 0) throw new UserError("no-relay-visible", noneVisible(server));
  const { minimum } = server.relays ?? DEFAULT_RELAYS;
  const lagging = ({ version }: Relay) => lags(lagOf(version, serverVersion, minimum), minimum);
  const named = (relay: Relay) => names.some((name) => isNamed(name, relay));
  if (!rerun) await refuseUnknownRelays(names, relays, relayViewer(agents, access));
  const isWanted = (relay: Relay) => (names.length === 0 ? lagging(relay) : named(relay));
  const chosen = relays.filter((relay) => (rerun ? rerun.has(relay.id) : isWanted(relay)));
  const claims = new Map([...projections.claims(server.name).held].filter(([, rollout]) => rollout !== request.own));
  const excluded: Exclusion[] = [];
  const planned: PlannedRelay[] = [];
  const tellsRelays = agents.some(({ relayId }) => relayId !== undefined);
  const chosenIds = new Set(chosen.map(({ id }) => id));
  const asked = agents.filter(({ relayId }) => relayId !== undefined && chosenIds.has(relayId));
  const many = server.fleet.unread(new Set(asked.map(({ id }) => id))) >= MANY;
  const partial = { server, serverVersion, candidates: agents.length, selected: asked.length, relays: chosen.length };
  /** What was read of each relay: it counts for those that are planned. */
  const missing = new Map<string, readonly string[]>();
  let checked = 0;
  for (const relay of chosen) {
    const behind = asked.filter(({ relayId }) => relayId === relay.id);
    const lag = lagOf(relay.version, serverVersion, minimum);
    const lacking = await missingBehind(
      server,
      access,
      behind,
      (done) => many && request.progress?.({ ...partial, checked: checked + done }),
    );
    checked += behind.length;
    missing.set(relay.id, lacking?.permissions ?? []);
    const claim = claims.get(relay.id);
    const situation = { relay, lag, serverVersion, lacks: lacking?.why, claim, behind, tellsRelays };
    const [why] = blockedAt("plan", "relay", situation, server.policy);
    if (why) excluded.push({ agent: { id: relay.id, name: relay.name }, reason: labelOf(why), cause: why.cause });
    else
      planned.push({
        id: relay.id,
        name: relay.name,
        version: relay.version ?? "",
        agents: behind.map(({ id, name }) => ({ id, name })),
        dark: Math.max(behind.length, relay.totalAgents ?? 0),
      });
  }
  const { slots } = server.policy;
  const plan: Plan = {
    server: server.name,
    serverVersion: serverVersion ?? null,
    options: { slots, reason: selection.reason ?? null },
    agents: [],
    // A relay that few agents depend on shows first whether it works.
    relays: planned.sort((a, b) => a.dark - b.dark || byName(a, b)),
    excluded,
    hash: "",
  };
  return {
    plan: narrowPlan(plan, server.policy, []),
    lacking: missingOnAny(planned, missing),
    identity: access.identity,
    unknown: 0,
    unjudged: { unknown: [], neverContacted: 0, unreachable: 0 },
    nameless: 0,
    candidates: relays.length,
    filtered: 0,
    beyond: 0,
    unasked: 0,
    unavailable: [],
    activity: await server.fleet.activity(),
    expected: [],
    learned: false,
    limits: server.limits,
    ...(guide ? { findings: planFindings(server, plan, agents, await guide) } : {}),
  };
}

const MAX_SAID = 5;

/** Whether the relay is meant by this name, glob or id. */
export function isNamed(name: string, relay: Relay): boolean {
  return name === relay.id || nameTest(name)(foldName(relay.name));
}

/** Throws where a name matches no relay that the person may view: hidden relays and missing ones answer the same. */
export async function refuseUnknownRelays(
  names: readonly string[],
  relays: readonly Relay[],
  views: (relay: Relay) => Promise<boolean>,
): Promise<void> {
  const unknown = [];
  for (const name of names) {
    let known = false;
    for (const relay of relays) known ||= isNamed(name, relay) && (await views(relay));
    if (!known) unknown.push(name);
  }
  if (unknown.length === 0) return;
  const line: Span[] = [];
  for (const name of unknown.slice(0, MAX_SAID)) {
    const near: string[] = [];
    for (const relay of relays)
      if (near.length < 3 && nearness(name, relay.name) !== undefined && (await views(relay))) near.push(relay.name);
    line.push(line.length > 0 ? " " : "", "No relay matches ", data(name.slice(0, 60)), ".", ...meantSpans(near));
  }
  throw new UserError(
    "no-relay-matches",
    line.filter((span) => span !== ""),
  );
}

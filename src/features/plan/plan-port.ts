import type { Agent } from "../../core/agent.ts";
import { type Cause, cause } from "../../core/cause.ts";
import type { Finding } from "../../core/finding.ts";
import type { VersionRange } from "../../core/version.ts";
import type { Line } from "../../core/view.ts";
import type { Activity } from "../../model/deploy-server.ts";
import { rolloutForecast } from "../../model/plan/forecast.ts";
import { type Exclusion, everyAgent, type Plan, unitIds } from "../../model/plan/plan.ts";
import type { PlanFacts, Unjudged } from "../../model/plan/plan-facts.ts";
import type { Policy } from "../../model/policy.ts";
import type { Limits } from "../../model/server/limits.ts";
import { closing, nextOpening } from "../../model/windows.ts";
import type { Identity } from "../../people/identity.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { activityFacts } from "./activity-facts.ts";

/** What follows from what its person lacks. */
export interface JudgedPlan {
  readonly plan: Plan;
  /** The permissions that they lack on what is planned, as it was read; undefined = nothing is planned, or it was not read. */
  readonly lacking: readonly string[] | undefined;
  /** Of the candidates: how many the names and filters of the command leave out. */
  readonly filtered: number;
  /** Selected agents that were not looked at, because the limit was reached before. */
  readonly beyond: number;
  /** Planned agents whose hosts were not asked about, though a rule wants to know: they are before their turn. */
  readonly unasked: number;
  /** What each planned agent's upgrade is expected to take (ms), and whether that was learned or is a guess. */
  readonly expected: readonly number[];
  readonly learned: boolean;
  /** What the vendor's guide says to the planned agents, worst first; left out = it was not looked at. */
  readonly findings?: readonly Finding[];
}

/** What there is to plan from, read afresh. */
export interface PlanResult extends JudgedPlan {
  readonly identity: Identity;
  /** Agents that were selected and are offline: whether they need the upgrade is not known. */
  readonly unknown: number;
  /** Others that were selected, and of which that is not known either. */
  readonly unjudged: Unjudged;
  /** Agents of the selected status, before names and filters. */
  readonly candidates: number;
  /** Entries of the server's list that have no id or no name that is a text: Drydock leaves them alone. */
  readonly nameless: number;
  /** What was typed and has no say on the plan, each with the reason. */
  readonly unavailable: readonly { readonly name: string; readonly why: string }[];
  /** What ran when it was read. */
  readonly activity: Activity;
  /** What else bounds how many are in flight. */
  readonly limits: Limits;
}

/** What is known from the list alone, while the rights are being read. */
export interface PlanProgress {
  readonly server: ManagedServer;
  readonly serverVersion: string | undefined;
  readonly candidates: number;
  readonly selected: number;
  readonly checked: number;
  /** So many relays are what is planned, and the agents are those behind them. */
  readonly relays?: number;
}

export interface PlanRequest {
  readonly server: ManagedServer;
  readonly selection: Selection;
  readonly person: string;
  /** Of these agents alone, each read again: what a start does. */
  readonly rerun?: ReadonlySet<string>;
  /** The rollout that has them already. */
  readonly own?: string;
  /** Called at once where many agents have to be asked about, and with every further one. */
  readonly progress?: (partial: PlanProgress) => void;
}

/** Which agents a person asked for. */
export interface Selection {
  readonly statuses: readonly Agent["status"][];
  /** Names or globs that were typed as words; none = every agent. */
  readonly words: readonly string[];
  /** Of those only these, by `--name`; none = all of them. */
  readonly names: readonly string[];
  /** Of those only these, names or globs; none = all of them. */
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  /** Of each of these: names or globs, of which one has to fit; none = whichever. Teams and relays are meant by their ids too. */
  readonly team: readonly string[];
  readonly relay: readonly string[];
  readonly tag: readonly string[];
  readonly version: readonly VersionRange[];
  readonly limit: number | undefined;
  readonly slots: number | undefined;
  readonly canary: number | undefined;
  readonly hold: boolean;
  /** Whether agents that are offline are waited for. */
  readonly includeOffline: boolean;
  /** Whether agents that are inactive are taken too, where the server lets them be upgraded. */
  readonly includeInactive: boolean;
  readonly reason: string | undefined;
  /** When it shall start (ms since 1970); undefined = as soon as it may. */
  readonly at?: number | undefined;
  /** The same as the person typed it. */
  readonly atSaid?: Line | undefined;
  /** Relays are to be upgraded, and no agents: names or globs; none = every relay that lags. */
  readonly relays?: readonly string[] | undefined;
  /** Whether it shall start without approval. */
  readonly emergency: boolean;
}

/** Leaves nobody out. */
export const NO_FILTERS = {
  words: [],
  names: [],
  only: [],
  exclude: [],
  team: [],
  relay: [],
  tag: [],
  version: [],
  limit: undefined,
} as const;

/** Both statuses that the server's own upgrade action serves. */
export const BOTH_STATUSES = ["upgrade-required", "upgrade-recommended"] as const;

/** A plan of which only the ledger knows, as a selection: its agents are read again by their ids, whatever their status is now. */
export function selectionOf(plan: Plan, policy: Policy): Selection {
  const { slots, canary, hold, reason, emergency, includeOffline = (plan.waiting ?? []).length > 0 } = plan.options;
  return {
    statuses: BOTH_STATUSES,
    ...NO_FILTERS,
    slots: Math.min(slots, policy.slots),
    canary: canary ?? undefined,
    hold: hold ?? false,
    includeOffline,
    includeInactive: everyAgent(plan).some(({ inactive }) => inactive),
    reason: reason ?? undefined,
    emergency: emergency === true,
    ...(plan.relays ? { relays: plan.relays.map(({ name }) => name) } : {}),
  };
}

export interface Plans {
  /** Throws UserError where the person may not have a plan, or has one in the making. */
  read(request: PlanRequest): Promise<PlanResult>;
}

/** The agents of a plan that a newer reading does not have any more, left out. */
export function droppedExclusions(before: Plan, now: Plan): readonly Exclusion[] {
  const still = new Set(unitIds(now));
  const known = new Map(now.excluded.map((exclusion) => [exclusion.agent.id, exclusion]));
  return [...everyAgent(before), ...(before.relays ?? [])]
    .filter((agent) => !still.has(agent.id))
    .map(({ id, name }) => ({ ...(known.get(id) ?? NOT_SELECTED), agent: { id, name } }));
}

const NOT_SELECTED = { reason: "not known", cause: cause("not-selected") } as const;

/** The same, with what people read of them. */
export function droppedAgents(before: Plan, now: Plan): readonly { readonly name: string; readonly why: Cause }[] {
  return droppedExclusions(before, now).map(({ agent, cause }) => ({ name: agent.name, why: cause }));
}

/** What is seen beside a plan that is asked for again. It selects its own agents by id, so what the first selection left out stays. */
export function renewedFacts(before: PlanFacts, now: PlanFacts): PlanFacts {
  const { takes, learned, perRelay, activity, exceedsWindow } = now;
  return { ...before, takes, learned, activity, exceedsWindow, ...(perRelay === undefined ? {} : { perRelay }) };
}

/** What a plan's reader sees beside the plan. @param begins when it starts, in ms since 1970. */
export function factsOf(
  result: PlanResult,
  { policy, deadlines }: Pick<ManagedServer, "policy" | "deadlines">,
  begins: number,
): PlanFacts {
  const { plan, expected, limits } = result;
  const { slots, canary } = plan.options;
  const lengths = expected.map((ms, i) => ({ ms, relay: plan.agents[i]?.relay }));
  const pace = { slots, perRelay: limits.perRelay, canaries: canary ?? 0, stable: deadlines.stable };
  const takes = rolloutForecast(lengths, pace);
  // What starts outside all windows waits for the next one.
  const opens = nextOpening(policy.windows, begins) ?? begins;
  const closes = closing(policy.windows, opens);
  const isBehindRelay = plan.agents.some(({ relay }) => relay !== undefined);
  return {
    takes,
    learned: result.learned,
    ...(isBehindRelay ? { perRelay: limits.perRelay } : {}),
    activity: activityFacts(result.activity, plan.agents),
    notSelected: result.filtered,
    overLimit: result.beyond,
    offline: result.unknown,
    exceedsWindow: closes !== undefined && closes > opens && opens + takes > closes,
    candidates: result.candidates,
    withoutEffect: result.unavailable.map(({ name }) => ({ name })),
    unjudged: result.unjudged,
  };
}

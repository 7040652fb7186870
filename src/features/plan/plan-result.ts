import type { Finding } from "../../core/finding.ts";
import type { Activity } from "../../model/deploy-server.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { Unjudged } from "../../model/plan/plan-facts.ts";
import type { Limits } from "../../model/server/limits.ts";
import type { Identity } from "../../people/identity.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { Selection } from "./agent-selection.ts";

/** What there is to plan from, read afresh. */
export interface PlanResult {
  readonly plan: Plan;
  readonly identity: Identity;
  /** Agents that were selected and are offline: whether they need the upgrade is not known. */
  readonly unknown: number;
  /** Others that were selected, and of which that is not known either. */
  readonly unjudged: Unjudged;
  /** Agents of the selected status, before names and filters. */
  readonly candidates: number;
  /** Of those: how many the names and filters of the command leave out. */
  readonly filtered: number;
  /** Selected agents that were not looked at, because the limit was reached before. */
  readonly beyond: number;
  /** Planned agents whose hosts were not asked about, though a rule wants to know: they are before their turn. */
  readonly unasked: number;
  /** Entries of the server's list that have an id and no name: Drydock leaves them alone. */
  readonly nameless: number;
  /** What was typed and has no say on the plan, each with the reason. */
  readonly unavailable: readonly { readonly name: string; readonly why: string }[];
  /** What ran when it was read. */
  readonly activity: Activity;
  /** What each planned agent's upgrade is expected to take (ms), and whether that was learned or is a guess. */
  readonly expected: readonly number[];
  readonly learned: boolean;
  /** What else bounds how many are in flight. */
  readonly limits: Limits;
  /** What the vendor's guide says to the planned agents, worst first; left out = it was not looked at. */
  readonly findings?: readonly Finding[];
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

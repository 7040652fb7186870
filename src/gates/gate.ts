import type { Cause, Params } from "../core/cause.ts";
import type { Sentence } from "../core/finding.ts";
import type { ExclusionReason } from "../model/plan/plan.ts";
import type { Policy } from "../model/policy.ts";
import type { PauseKind } from "../model/rollout/rollout-events.ts";
import type { AgentSituation } from "./agent-situation.ts";
import type { RolloutSituation } from "./rollout-situation.ts";
import type { ServerSituation } from "./server-situation.ts";
import type { Setting } from "./setting.ts";
import type { Text } from "./text.ts";

/** The moments at which gates are asked. */
export type Point =
  /** A plan is made. */
  | "plan"
  /** A person asks for approval. */
  | "request"
  /** Time passes over a request that lacks approvals. */
  | "asking"
  /** The time of a request is over. */
  | "request-over"
  /** A person names a time for a start, or moves it. */
  | "start-time"
  /** A person schedules a start. */
  | "schedule"
  /** Time passes over a start that is still to come. */
  | "scheduled"
  /** The time of a scheduled start has come. */
  | "start-due"
  /** A person starts a rollout. */
  | "start"
  /** What may begin by itself is looked for: nothing is read for what only waits. */
  | "due"
  /** What is approved, or scheduled, begins by itself. */
  | "proceed"
  /** A person resumes a paused rollout. */
  | "resume"
  /** A person takes over a rollout that was offered to them. */
  | "accept"
  /** A server reports its version. */
  | "version"
  /** Time passes over a rollout that runs. */
  | "tick"
  /** The dispatcher chooses what begins next. */
  | "dispatch"
  /** A relay gets its turn, and its owner is asked to upgrade it. */
  | "ask-relay"
  /** Its owner was asked, and nobody has begun: what blocks takes it back. */
  | "relay-asked"
  /** A relay's turn is over. */
  | "relay-ended"
  /** The agents of a server were listed. */
  | "list"
  /** An agent was read at its turn, and nothing else yet. */
  | "read"
  /** The last look at an agent before its upgrade is requested. */
  | "look"
  /** And then at what runs there, which changes fastest. */
  | "deployments"
  /** The transaction that writes down that its upgrade is requested. */
  | "trigger";

/** What follows from a block. The gate says it, and never does it. */
export type Effect =
  | { readonly effect: "refuse" }
  | { readonly effect: "wait" }
  /** `elsewhere`: somebody else has upgraded it, so it counts as done. */
  | { readonly effect: "leave-out"; readonly elsewhere?: true }
  /** `asksAgain`: it is asked for again, too. `serverVersion`: what the server is at now; a paused rollout is paused for it once more. */
  | {
      readonly effect: "pause";
      readonly kind: PauseKind;
      readonly asksAgain: boolean;
      readonly serverVersion?: string;
    };

/** In kebab-case: the type refuses sentences. */
export type GateId = Lowercase<string>;

/** Why something does not begin, as data: the sentence is made when somebody reads it. */
export type Blocked = { readonly gate: GateId; readonly cause: Cause } & Effect;

/** What a gate finds, with a code of its own. */
export type Found = { readonly code: string; readonly params: Params } & Effect;

/** What a gate is asked, besides the situation. */
export interface Asked {
  readonly at: Point;
  readonly policy: Policy;
}

/** One rule that can keep something from beginning. Pure: what it judges by was read before. */
export interface Gate<S> {
  readonly id: GateId;
  readonly at: readonly Point[];
  readonly setting?: Setting<unknown>;
  /** What plans call the agents that it leaves out. */
  readonly label?: ExclusionReason;
  blocks(situation: S, asked: Asked): Found | Recorded | undefined;
  /** Words the gate's own codes. */
  phrase?(found: Pick<Found, "code" | "params">): Text;
  readonly shown?: Shown;
}

/** What a gate's block means for those who look at it. */
export interface Shown {
  /** A request waits for its end: people can ask for approval, and give it, meanwhile. */
  readonly endsInTime?: true;
  /** It is over in a moment after each start of Drydock: a card that showed it would change twice. */
  readonly isBrief?: true;
  /** In place of "upgrading" in the heading of a rollout's card. */
  heading?(server: string, params: Params): { readonly text: string; readonly need?: string };
  /** Its phrase without what a person can do about it, which stands beside it; left out: its phrase. */
  fact?(found: Pick<Found, "code" | "params">): Text;
  /** What a person can do about it; left out, or undefined: nothing. */
  todo?(policy: Policy, code: string): Sentence | undefined;
}

export type ServerGate = Gate<ServerSituation>;
export type RolloutGate = Gate<RolloutSituation>;
export type AgentGate = Gate<AgentSituation>;

/** With a cause that ledgers hold since before there were gates: src/phrases words it. */
export type Recorded = { readonly cause: Cause } & Effect;

/** After this many looks in a row that did not show what has to be known, no gate waits for another one. */
export const MAX_LOOKS = 5;

export const WAIT = { effect: "wait" } as const;
export const REFUSE = { effect: "refuse" } as const;

export function leftOut(why: Cause): Recorded {
  return { cause: why, effect: "leave-out" };
}

/** A person has to look: asking for approval again would not help. */
export function pauses(kind: PauseKind, why: Cause): Recorded {
  return { cause: why, effect: "pause", kind, asksAgain: false };
}

/** The block by the gate that has found this. */
export function blockOf(gate: GateId, found: Found | Recorded): Blocked {
  if ("cause" in found) return { gate, ...found };
  const { code, params, ...effect } = found;
  return { gate, cause: { code: `${gate}.${code}`, params }, ...effect };
}

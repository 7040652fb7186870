import type { Params } from "../core/cause.ts";
import type { Policy } from "../domain/policy.ts";
import type { ServerSituation } from "./server-situation.ts";

/** The moments at which gates are asked. */
export type Point =
  /** A person asks for approval. */
  | "request"
  /** A person schedules a start. */
  | "schedule"
  /** A person starts a rollout. */
  | "start"
  /** What is approved, or scheduled, begins by itself. */
  | "proceed"
  /** The dispatcher chooses what begins next. */
  | "dispatch"
  /** A relay gets its turn, and its owner is asked to upgrade it. */
  | "ask-relay"
  /** Its owner was asked, and nobody has begun: what blocks takes it back. */
  | "relay-asked"
  /** The transaction that writes down that an agent's upgrade is requested. */
  | "trigger";

/** What follows from a block. The gate says it, and never does it. */
export type Effect = { readonly effect: "refuse" } | { readonly effect: "wait" };

/** A sentence in pieces: our own text, a text from outside, or a person. */
export type Text = readonly (string | { readonly data: string } | { readonly person: string })[];

/** In kebab-case: the type refuses sentences. */
export type GateId = Lowercase<string>;

/** Why something does not begin, as data: the sentence is made when somebody reads it. */
export type Blocked = { readonly gate: GateId; readonly code: string; readonly params: Params } & Effect;

/** What a gate finds. Its name is added by the list. */
export type Found = Omit<Blocked, "gate" | "effect"> & Effect;

/** What a gate is asked, besides the situation. */
export interface Asked {
  readonly at: Point;
  readonly policy: Policy;
}

interface Base {
  readonly id: GateId;
  readonly at: readonly Point[];
  phrase(blocked: Pick<Blocked, "code" | "params">): Text;
}

/** One rule that can keep something from beginning. Pure: what it judges by was read before. */
export interface ServerGate extends Base {
  blocks(situation: ServerSituation, asked: Asked): Found | undefined;
}

/** Moments at which a person has pressed something, and can be told no. */
export const PRESSED: ReadonlySet<Point> = new Set<Point>(["request", "schedule", "start"]);

export const WAIT = { effect: "wait" } as const;
export const REFUSE = { effect: "refuse" } as const;

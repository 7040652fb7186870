import type { AgentRef } from "../../../core/agent-ref.ts";
import type { Plan } from "../../../model/plan/plan.ts";
import type { Policy } from "../../../model/policy.ts";
import { createTally, type Row, type Tally } from "./claims.ts";

/** A person in Slack, with the server's user that they are. */
export interface Who {
  readonly person: string;
  readonly user: AgentRef;
}

export interface GivenApproval extends Who {
  readonly at: number;
  /** An event says that its giver could not give it any more. */
  readonly isLost?: boolean;
}

/** The newest request of a rollout. */
export interface Asked {
  readonly round: number;
  readonly hash: string;
  readonly needed: number;
  readonly expiresAt: number;
  readonly plan: Plan;
  approvals: readonly GivenApproval[];
  closed: boolean;
}

/** One rollout on its way through the ledger; the checker's own fold. */
export interface Course {
  readonly id: string;
  readonly server: string;
  /** Its first row, and when that was written. */
  readonly from: number;
  readonly began: number;
  readonly tally: Tally;
  /** `stray`: an upgrade of a rollout that is not under way. */
  status: "requested" | "running" | "paused" | "stopping" | "over" | "stray";
  owner: Who;
  parties: readonly Who[];
  /** The rules that its events hold; undefined in the oldest ledgers. */
  policy: Policy | undefined;
  /** How many agents counted for the number of approvals. */
  size: number;
  /** Ids of the plan's agents, and of those that it waits for. */
  agents: Set<string>;
  waiting: Set<string>;
  /** How many slots of the server it may use. */
  slots: number;
  asked: Asked | undefined;
  /** Where it started as an emergency without approval. */
  emergency: Row | undefined;
  /** Where the review of the emergency was opened, and whether it still is. */
  review: (Row & { readonly isOpen: boolean }) | undefined;
  startAt: number | undefined;
  /** Attempts, and relays whose owner was asked: one that is put off or put back begins again. */
  readonly upgrades: Set<string>;
  /** Where its owner resumed it or took it over, if the event holds no rights. */
  unread: Row | undefined;
}

/** What one server's stream says. */
export interface ServerCourse {
  /** The hash of the rules in force. */
  policyHash: string | undefined;
  freeze: { readonly by: string; readonly until: number | null } | undefined;
  /** Rows of a ledger that a person accepted may lack a freeze. */
  freezeUnknown: boolean;
  /** Upgrades of Drydock's that hold a slot. */
  readonly holding: Set<string>;
  /** Agents that other people upgrade, as Drydock saw it. */
  readonly external: Set<string>;
  /** The newest row of an archived upgrade. */
  archived: number;
}

/** A rollout of which nothing is known yet but who asks for it. */
export function freshCourse(given: Pick<Course, "id" | "server" | "owner" | "from" | "began">): Course {
  return {
    ...given,
    tally: createTally(),
    status: "requested",
    parties: [],
    policy: undefined,
    size: 0,
    agents: new Set(),
    waiting: new Set(),
    slots: Number.POSITIVE_INFINITY,
    asked: undefined,
    emergency: undefined,
    review: undefined,
    startAt: undefined,
    upgrades: new Set(),
    unread: undefined,
  };
}

export function freshServer(): ServerCourse {
  return {
    policyHash: undefined,
    freeze: undefined,
    freezeUnknown: false,
    holding: new Set(),
    external: new Set(),
    archived: 0,
  };
}

export function isSame(a: Who, b: Who): boolean {
  return a.person === b.person || a.user.id === b.user.id;
}

export function joinParty(course: Course, who: Who): void {
  const isKnown = course.parties.some(({ person, user }) => person === who.person && user.id === who.user.id);
  if (!isKnown) course.parties = [...course.parties, who];
}

export function takePlan(course: Course, { agents, waiting = [], relays = [], options }: Plan): void {
  course.agents = new Set([...agents, ...relays].map(({ id }) => id));
  course.waiting = new Set(waiting.map(({ id }) => id));
  course.slots = options.slots;
}

/** Agents that the plan may upgrade or that go offline with a relay; those that a server does not list are left out. */
export function agentsOfPlan(plan: Plan): number {
  const { agents, waiting = [] } = plan;
  return new Set([...[...agents, ...waiting].map(({ id }) => id), ...darkIds(plan)]).size;
}

/** What goes offline with the relays of a plan: their agents, or a relay that has none. */
export function darkIds({ relays = [] }: Plan): ReadonlySet<string> {
  return new Set(relays.flatMap((relay) => (relay.agents.length > 0 ? relay.agents : [relay])).map(({ id }) => id));
}

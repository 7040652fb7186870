import type { Agent } from "../core/agent.ts";
import type { Cause } from "../core/cause.ts";
import type { Reading } from "./server-situation.ts";

/** What the gates about one agent judge by. What a moment does not ask for stays as in `UNREAD`. */
export interface AgentSituation {
  readonly agent: Pick<Agent, "id" | "name"> &
    Partial<Pick<Agent, "tags" | "status" | "active" | "unknownStatus">> & {
      readonly version?: string | null | undefined;
    };
  readonly now: number;
  /** The version that the plan has; undefined: no rule at this point asks. */
  readonly planned: string | null | undefined;
  /** Why the server gave no answer about it, and how often in a row (Infinity: it never will); undefined: it did, or no rule asks. */
  readonly unread: { readonly why: Cause; readonly looks: number } | undefined;
  readonly serverVersion: string | undefined;
  /** Another rollout that has it. */
  readonly claim: string | undefined;
  /** Permissions that whoever wants the upgrade lacks on it. */
  readonly lacks: readonly string[];
  /** Permissions that Drydock's own account lacks on it, where its token is used. */
  readonly accountLacks: readonly string[];
  /** Whether it was asked for as an inactive one, and why the server takes no actions on such. */
  readonly inactive: { readonly wanted: boolean; readonly refused: Cause | undefined };
  /** Its operating system; undefined: nothing tells. */
  readonly os: string | undefined;
  /** Whether a deployment runs on it, and for how long (ms) it was waited for the end or for an answer; undefined: nobody asks. */
  readonly deployment: { readonly reading: Reading<boolean>; readonly waited: number } | undefined;
  /** How long its upgrade is expected to take, in ms. */
  readonly expected: number;
  /** The relay in front of it has its turn, or it is one of those that go dark with it. */
  readonly inRelayTurn: boolean;
  /** The rest of its rollout waits for the canaries, and it is none. */
  readonly afterCanaries: boolean;
  /** Somebody else is taken to upgrade it. */
  readonly external: boolean;
  /** How long until it may be tried again, in ms; 0 where nothing keeps it. */
  readonly retryIn: number;
  /** Slots of the server, and of its relay, that are free for it. */
  readonly openSlots: number;
  readonly relayRoom: number;
}

/** Nothing that was read stands in its way. */
export const UNREAD: Omit<AgentSituation, "agent" | "now"> = {
  planned: undefined,
  unread: undefined,
  serverVersion: undefined,
  claim: undefined,
  lacks: [],
  accountLacks: [],
  inactive: { wanted: false, refused: undefined },
  os: undefined,
  deployment: undefined,
  expected: 0,
  inRelayTurn: false,
  afterCanaries: false,
  external: false,
  retryIn: 0,
  openSlots: Number.POSITIVE_INFINITY,
  relayRoom: Number.POSITIVE_INFINITY,
};

type Read = Pick<AgentSituation, "agent" | "now"> & Partial<AgentSituation>;

/** What was read, and the rest as in `UNREAD`. Written out: spreading `UNREAD` took half of the time of a plan, or a choice, among thousands. */
export function situationWith(read: Read): AgentSituation {
  return {
    agent: read.agent,
    now: read.now,
    planned: read.planned,
    unread: read.unread,
    serverVersion: read.serverVersion,
    claim: read.claim,
    lacks: read.lacks ?? UNREAD.lacks,
    accountLacks: read.accountLacks ?? UNREAD.accountLacks,
    inactive: read.inactive ?? UNREAD.inactive,
    os: read.os,
    deployment: read.deployment,
    expected: read.expected ?? UNREAD.expected,
    inRelayTurn: read.inRelayTurn ?? UNREAD.inRelayTurn,
    afterCanaries: read.afterCanaries ?? UNREAD.afterCanaries,
    external: read.external ?? UNREAD.external,
    retryIn: read.retryIn ?? UNREAD.retryIn,
    openSlots: read.openSlots ?? UNREAD.openSlots,
    relayRoom: read.relayRoom ?? UNREAD.relayRoom,
  };
}

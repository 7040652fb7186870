import type { AgentStatus } from "./agent.ts";
import type { FreezeFact, HandoverFact, ReviewFact, ScheduleFact } from "./gate-events.ts";
import type { Outcome } from "./outcome.ts";
import type { TokenProof } from "./own-token.ts";
import type { Plan, PlannedAgent } from "./plan.ts";
import type { Policy } from "./policy.ts";
import type { RelayFact } from "./relays/relay-facts.ts";
import type { Share } from "./required.ts";

/** Who did it: a Slack user id, or `drydock` where no person did. */
export type Actor = string;

/** What every fact in the ledger carries. `at` is in milliseconds since 1970, `v` the version of the fact's shape. */
interface Envelope {
  readonly id: string;
  readonly v: 1;
  readonly at: number;
  readonly actor: Actor;
  /** The stream is over: nothing will be added to it. */
  readonly closes?: true;
}

export interface AgentRef {
  readonly id: string;
  readonly name: string;
}

/** The agent of an upgrade; its relay where the server tells. */
export interface UpgradingAgent extends AgentRef {
  readonly relay?: string;
}

/** A message is announced before it is posted, so that it is looked for before it is posted again. */
export type MessageFact =
  | {
      readonly type: "message.posting";
      readonly data: { readonly key: string; readonly channel: string; readonly text: string };
    }
  | {
      readonly type: "message.posted";
      readonly data: { readonly key: string; readonly channel: string; readonly ts: string };
    };

/** Facts of `server.<name>`. */
export type ServerFact =
  /** The rules as they are from now on, also in words. */
  | { readonly type: "policy.set"; readonly data: { readonly hash: string; readonly text: string } }
  /** A request has taken the next rollout's number. It claims no agents before it starts. */
  | { readonly type: "rollout.numbered"; readonly data: { readonly rollout: string; readonly person: string } }
  /** Ids of agents, or of relays where a rollout has those upgraded. */
  | { readonly type: "agents.claimed"; readonly data: { readonly rollout: string; readonly agents: readonly string[] } }
  | {
      readonly type: "agents.released";
      readonly data: { readonly rollout: string; readonly agents: readonly string[] };
    }
  | FreezeFact
  /** These agents are taken to be upgraded by somebody else: they count among the ten until they are over. */
  | { readonly type: "elsewhere.started"; readonly data: { readonly agents: readonly AgentRef[] } }
  /** These went offline, and it cannot be told whether somebody upgrades them: nothing begins meanwhile. */
  | {
      readonly type: "elsewhere.doubted";
      readonly data: { readonly kind: DoubtKind; readonly agents: readonly AgentRef[] };
    }
  | { readonly type: "elsewhere.over"; readonly data: { readonly agents: readonly string[] } }
  /** Somebody says of those in doubt that nobody upgrades them. */
  | { readonly type: "elsewhere.dismissed"; readonly data: { readonly by: string } }
  | { readonly type: "slots.changed"; readonly data: { readonly limit: number; readonly why: string | null } }
  | { readonly type: "server.away"; readonly data: { readonly since: number; readonly sentence: string } }
  | { readonly type: "server.back"; readonly data: Readonly<Record<string, never>> }
  /** These agents cannot deploy until they are upgraded, or can again; nobody is told. The first of these is the baseline. */
  | {
      readonly type: "required.counted";
      readonly data: { readonly added: readonly string[]; readonly cured: readonly string[] };
    }
  /** More agents cannot deploy than before: the operations channel is told. */
  | {
      readonly type: "required.grew";
      readonly data: {
        readonly added: readonly string[];
        readonly serverVersion: string | null;
        readonly teams: readonly Share[];
        readonly tags: readonly Share[];
        /** Of how many of them the teams were read. */
        readonly asked: number;
      };
    }
  | MessageFact;

/** Why it cannot be told whether agents that dropped are being upgraded: nobody looked in between, their relay is down, they are many. */
export type DoubtKind = "gap" | "relay" | "many";

/**
 * Why nothing more of a rollout begins: a person said so, the owner's rights or the approval are gone, the rules are stricter
 * now, the server is another version, too much has failed, the canaries are stable and somebody shall look before the rest, or a
 * relay is not well after its upgrade.
 */
export type PauseKind = "person" | "rights" | "coverage" | "policy" | "version" | "breaker" | "canary" | "relay";

/** Facts of `rollout.<id>`. */
export type RolloutFact =
  /** Somebody asks for approvals; a later one in the same stream asks again, and earlier approvals are void. */
  | {
      readonly type: "rollout.requested";
      readonly data: {
        readonly rollout: string;
        readonly plan: Plan;
        readonly requester: string;
        readonly serverUser: AgentRef;
        readonly channel: string;
        /** The rules at that time. */
        readonly policy: Policy;
        /** Agents that count: of this rollout and of the requester's others on the server within 24 h. */
        readonly size: number;
        readonly needed: number;
        readonly expiresAt: number;
        /** Why it is asked again; null = it is asked for the first time. */
        readonly because: string | null;
      };
    }
  | {
      readonly type: "rollout.approved";
      readonly data: {
        readonly by: string;
        readonly serverUser: AgentRef;
        readonly round: number;
        readonly hash: string;
      };
    }
  | { readonly type: "rollout.denied"; readonly data: { readonly by: string; readonly reason: string } }
  | { readonly type: "rollout.withdrawn"; readonly data: { readonly by: string } }
  | { readonly type: "rollout.expired"; readonly data: Readonly<Record<string, never>> }
  | { readonly type: "rollout.reminded"; readonly data: Readonly<Record<string, never>> }
  /** A request that came to nothing lives on as another one. */
  | { readonly type: "rollout.renewed"; readonly data: { readonly as: string; readonly by: string } }
  | {
      readonly type: "rollout.paused";
      readonly data: {
        readonly by: string;
        readonly kind: PauseKind;
        readonly sentence: string;
        /** What the server is at now, where that is why: whoever continues takes it. */
        readonly serverVersion?: string;
      };
    }
  /** `by` owns it from now on, under these rules. */
  | {
      readonly type: "rollout.continued";
      readonly data: { readonly by: string; readonly serverUser: AgentRef; readonly policy: Policy };
    }
  | ScheduleFact
  | ReviewFact
  | HandoverFact
  | RelayFact
  | {
      readonly type: "rollout.started";
      readonly data: {
        readonly rollout: string;
        readonly plan: Plan;
        readonly owner: string;
        readonly serverUser: AgentRef;
        readonly channel: string;
        /** The rules at that time and the agents that counted. Ledgers of the first version have neither. */
        readonly policy?: Policy;
        readonly size?: number;
        /** Agents that were asked for and are not in the plan any more. */
        readonly dropped?: readonly { readonly name: string; readonly why: string }[];
      };
    }
  /** All canaries are done with: the rest may begin. */
  | { readonly type: "canary.passed"; readonly data: { readonly canaries: number } }
  /** Somebody wants these agents to be tried again, each not before a time; `cause` is the one that was named. */
  | {
      readonly type: "rollout.retried";
      readonly data: {
        readonly by: string;
        readonly serverUser: AgentRef;
        readonly cause: string | null;
        readonly agents: readonly { readonly id: string; readonly attempt: number; readonly notBefore: number }[];
      };
    }
  /** A retry whose turn came, and which could not begin. */
  | {
      readonly type: "retry.dropped";
      readonly data: { readonly agent: AgentRef; readonly attempt: number; readonly why: string };
    }
  /** Agents that were waited for have come back and need the upgrade: from now on they are agents of the plan like all others. */
  | { readonly type: "waiting.returned"; readonly data: { readonly agents: readonly PlannedAgent[] } }
  /** Agents that are not waited for any more. */
  | {
      readonly type: "waiting.dropped";
      readonly data: { readonly agents: readonly (AgentRef & { readonly why: string })[] };
    }
  | { readonly type: "rollout.stopped"; readonly data: { readonly by: string } }
  | { readonly type: "rollout.ended"; readonly data: Readonly<Record<string, never>> }
  | MessageFact;

/** Facts of `upgrade.<rollout>.<agent>.<attempt>`. */
export type UpgradeFact =
  | {
      readonly type: "upgrade.intended";
      readonly data: {
        readonly rollout: string;
        readonly server: string;
        readonly agent: UpgradingAgent;
        readonly attempt: number;
        readonly from: string | null;
      };
    }
  | {
      readonly type: "upgrade.skipped";
      readonly data: {
        readonly rollout: string;
        readonly server: string;
        readonly agent: UpgradingAgent;
        readonly attempt: number;
        readonly from: string | null;
        readonly reason: string;
        /** Somebody else has upgraded it meanwhile: it counts as done. */
        readonly elsewhere?: true;
      };
    }
  | { readonly type: "upgrade.triggered"; readonly data: { readonly status: number } }
  | { readonly type: "upgrade.uncertain"; readonly data: { readonly text: string } }
  | {
      readonly type: "upgrade.observed";
      readonly data: { readonly status: AgentStatus; readonly version: string | null };
    }
  | {
      readonly type: "upgrade.outcome";
      readonly data: { readonly outcome: Outcome; readonly detail: string; readonly holdsSlot: boolean };
    }
  | { readonly type: "upgrade.corrected"; readonly data: { readonly outcome: Outcome; readonly detail: string } }
  | { readonly type: "upgrade.released"; readonly data: Readonly<Record<string, never>> }
  | { readonly type: "upgrade.closed"; readonly data: Readonly<Record<string, never>> };

/** Facts of `person.<Slack id>`: who they are on a server, what they asked and what they were told. */
export type PersonFact =
  | {
      readonly type: "identity.pinned";
      readonly data: { readonly server: string; readonly user: AgentRef; readonly via: "mapping" | "email" };
    }
  /** A token of their own is kept from now on, apart from the ledger; it takes the place of an earlier one. */
  | {
      readonly type: "token.linked";
      readonly data: { readonly server: string; readonly user: AgentRef; readonly proof: TokenProof };
    }
  /** It was destroyed: they wanted that, left the workspace, or own tokens were switched off. */
  | {
      readonly type: "token.unlinked";
      readonly data: { readonly server: string; readonly why: "asked" | "left" | "off" };
    }
  /** It was destroyed because it is of no use any more. */
  | { readonly type: "token.failed"; readonly data: { readonly server: string; readonly why: string } }
  | { readonly type: "person.asked"; readonly data: { readonly command: string; readonly channel: string } }
  | { readonly type: "person.told"; readonly data: { readonly text: string } }
  /** The same refusal, again and again: counted instead of written down each time. */
  | { readonly type: "person.refused"; readonly data: { readonly text: string; readonly times: number } };

export type Fact = ServerFact | RolloutFact | UpgradeFact | PersonFact;
export type LedgerEvent = Fact & Envelope;
export type StoredEvent = LedgerEvent & {
  readonly stream: string;
  /** 1 for the first event of the stream. */
  readonly seq: number;
  /** 1 for the first event of the ledger. */
  readonly position: number;
};

import type { AgentStatus } from "./agent.ts";
import type { Outcome } from "./outcome.ts";
import type { Plan } from "./plan.ts";

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

/** Facts of `server.<name>`. */
export type ServerFact =
  | { readonly type: "agents.claimed"; readonly data: { readonly rollout: string; readonly agents: readonly string[] } }
  | {
      readonly type: "agents.released";
      readonly data: { readonly rollout: string; readonly agents: readonly string[] };
    };

/** Facts of `rollout.<id>`. */
export type RolloutFact =
  | {
      readonly type: "rollout.started";
      readonly data: {
        readonly rollout: string;
        readonly plan: Plan;
        readonly owner: string;
        readonly serverUser: AgentRef;
        readonly channel: string;
      };
    }
  | { readonly type: "rollout.stopped"; readonly data: { readonly by: string } }
  | { readonly type: "rollout.ended"; readonly data: Readonly<Record<string, never>> }
  | {
      readonly type: "message.posting";
      readonly data: { readonly key: string; readonly channel: string; readonly text: string };
    }
  | {
      readonly type: "message.posted";
      readonly data: { readonly key: string; readonly channel: string; readonly ts: string };
    };

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

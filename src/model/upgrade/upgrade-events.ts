import type { AgentStatus } from "../../core/agent.ts";
import type { AgentRef } from "../../core/agent-ref.ts";
import type { Cause } from "../../core/cause.ts";
import type { Evidence } from "../evidence.ts";
import type { Outcome } from "./outcome.ts";

/** The agent of an upgrade; its relay where the server tells. */
export interface UpgradingAgent extends AgentRef {
  readonly relay?: string;
}

/** Answers to a request that leave it open whether the server took it, and for which no agent is to blame. */
export type UncertainCode = "not-the-api" | "answered-408" | "answered-409";

/** Events of `upgrade.<rollout>.<agent>.<attempt>`. */
export type UpgradeEvent =
  | {
      readonly type: "upgrade.intended";
      readonly data: {
        readonly rollout: string;
        readonly server: string;
        readonly agent: UpgradingAgent;
        readonly attempt: number;
        readonly from: string | null;
        /** The version that the server had in the plan at that moment; null = not known. Older ledgers lack it. */
        readonly wanted?: string | null;
        /** Whose account asks the server, by which the server's own audit names it. Older ledgers lack it. */
        readonly account?: "owner" | "drydock";
        readonly judged?: Evidence;
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
        readonly why: Cause;
        /** Somebody else has upgraded it meanwhile: it counts as done. */
        readonly elsewhere?: true;
      };
    }
  | { readonly type: "upgrade.triggered"; readonly data: { readonly status: number } }
  /** `code`: which answer it was, where there was one besides an error of the server's. */
  | {
      readonly type: "upgrade.uncertain";
      readonly data: { readonly text: string; readonly code?: UncertainCode };
    }
  /** The server has not taken the request, and asks to be asked again: the same attempt begins anew after `wait` ms. */
  | {
      readonly type: "upgrade.postponed";
      readonly data: { readonly status: number; readonly text: string; readonly wait: number };
    }
  | {
      readonly type: "upgrade.observed";
      readonly data: { readonly status: AgentStatus; readonly version: string | null };
    }
  | {
      readonly type: "upgrade.outcome";
      readonly data: {
        readonly outcome: Outcome;
        readonly detail: Cause | null;
        readonly holdsSlot: boolean;
        /** Of a proof: how long it took in ms, by a clock that nobody sets; null = not known for sure. Older ledgers lack it. */
        readonly took?: number | null;
      };
    }
  /** A deadline fell due and is extended, since Drydock was started again meanwhile; `restarts`: how often so far. */
  | { readonly type: "upgrade.extended"; readonly data: { readonly restarts: number } }
  | { readonly type: "upgrade.corrected"; readonly data: { readonly outcome: Outcome; readonly detail: Cause | null } }
  | { readonly type: "upgrade.released"; readonly data: Readonly<Record<string, never>> }
  | { readonly type: "upgrade.closed"; readonly data: Readonly<Record<string, never>> };

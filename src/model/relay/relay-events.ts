import type { AgentRef } from "../../core/agent-ref.ts";
import type { Cause } from "../../core/cause.ts";

/** What came of one relay's turn. `detail` beside it is for people. */
export const RELAY_OUTCOMES = [
  "upgraded",
  "elsewhere",
  "skipped",
  "not-begun",
  "blocked",
  "never-back",
  "unchanged",
  "older",
  "unseen",
] as const;

/**
 * `elsewhere`: it was at another version when its turn came. `blocked`: nobody could be asked, because its agents were in
 * flight or it was offline. `unchanged`, `older`: it came back, at the version that it had or at an older one. `unseen`: the
 * server did not tell.
 */
export type RelayOutcome = (typeof RELAY_OUTCOMES)[number];

/** Events of `rollout.<id>` about the relay whose turn it is: one at a time. */
export type RelayEvent =
  /** From now on no agent behind it begins; those in flight are waited for. */
  | { readonly type: "relay.turn"; readonly data: { readonly relay: AgentRef } }
  /** The turn is given back before anybody has begun: nothing may begin now. */
  | { readonly type: "relay.put-back"; readonly data: { readonly relay: AgentRef } }
  /** Whoever owns the rollout is asked to upgrade it; `agents` were connected behind it at that moment. */
  | {
      readonly type: "relay.asked";
      readonly data: {
        readonly relay: AgentRef;
        readonly from: string | null;
        readonly agents: readonly AgentRef[];
        readonly hostname: string | null;
        readonly serverVersion: string | null;
      };
    }
  | { readonly type: "relay.reminded"; readonly data: Readonly<Record<string, never>> }
  | { readonly type: "relay.observed"; readonly data: { readonly up: boolean; readonly version: string | null } }
  | {
      readonly type: "relay.ended";
      readonly data: {
        readonly relay: AgentRef;
        readonly outcome: RelayOutcome;
        readonly version: string | null;
        readonly detail: Cause | null;
        /** Agents that were connected before, and are not. */
        readonly missing: readonly AgentRef[];
        /** Who skipped it. */
        readonly by?: string;
      };
    };

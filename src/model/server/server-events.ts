import type { AgentRef } from "../../core/agent-ref.ts";
import type { Cause } from "../../core/cause.ts";
import type { FreezeEvent } from "../gate-events.ts";
import type { MessageEvent } from "../message-events.ts";

/** A team or a tag, and how many of the event's agents have it. */
export interface Share {
  readonly name: string;
  readonly agents: number;
}

/** Events of `server.<name>`. */
export type ServerEvent =
  /** The rules as they are from now on. Older ledgers also have them in words. */
  | { readonly type: "policy.set"; readonly data: { readonly hash: string } }
  /** A request has taken the next rollout's number. It claims no agents before it starts. */
  | { readonly type: "rollout.numbered"; readonly data: { readonly rollout: string; readonly person: string } }
  /** Ids of agents, or of relays where a rollout has those upgraded. */
  | { readonly type: "agents.claimed"; readonly data: { readonly rollout: string; readonly agents: readonly string[] } }
  | {
      readonly type: "agents.released";
      readonly data: { readonly rollout: string; readonly agents: readonly string[] };
    }
  | FreezeEvent
  /** These agents are taken to be upgraded by somebody else: they count among the ten until they are over. */
  | { readonly type: "elsewhere.started"; readonly data: { readonly agents: readonly AgentRef[] } }
  /** These went offline, and it cannot be told whether somebody upgrades them: nothing begins meanwhile. */
  | {
      readonly type: "elsewhere.doubted";
      readonly data: { readonly kind: AmbiguityKind; readonly agents: readonly AgentRef[] };
    }
  /** `stillAway`: those among them that are offline for longer than any upgrade takes. */
  | {
      readonly type: "elsewhere.over";
      readonly data: { readonly agents: readonly string[]; readonly stillAway?: readonly string[] };
    }
  /** Somebody says of those in doubt that nobody upgrades them. */
  | { readonly type: "elsewhere.dismissed"; readonly data: { readonly by: string } }
  /** Drydock has looked for upgrades that an accepted ledger may have forgotten; `acceptance` is the position of that event. */
  | { readonly type: "acceptance.checked"; readonly data: { readonly acceptance: number } }
  | { readonly type: "slots.changed"; readonly data: { readonly limit: number; readonly why: Cause | null } }
  | { readonly type: "server.away"; readonly data: { readonly since: number; readonly cause: Cause } }
  | { readonly type: "server.back"; readonly data: Readonly<Record<string, never>> }
  /** Its monitor was started again and has looked at all of it. For how long none ran (null: nobody knows), and how many upgrades of each rollout under way had finished meanwhile. */
  | {
      readonly type: "server.watched-again";
      readonly data: {
        readonly ms: number | null;
        readonly rollouts: readonly { readonly id: string; readonly finished: number }[];
      };
    }
  /** Drydock's wall clock has jumped by so much (back: below 0), or its machine slept. `rollouts` were under way. */
  | { readonly type: "clock.jumped"; readonly data: { readonly ms: number; readonly rollouts: readonly string[] } }
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
  | MessageEvent;

/** Why it cannot be told whether agents that dropped are being upgraded: nobody looked in between, their relay is down, they are many. */
export type AmbiguityKind = "gap" | "relay" | "many";

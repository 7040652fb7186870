import type { Agent } from "../core/agent.ts";
import type { Cause } from "../core/cause.ts";
import type { Relay } from "../model/deploy-server.ts";
import type { Lag } from "../model/guide/relays.ts";

/** What the gates about one relay of a plan judge by. */
export interface RelaySituation {
  readonly relay: Relay;
  readonly lag: Lag;
  readonly serverVersion: string | undefined;
  /** What the person lacks on the agents behind it. */
  readonly lacks: Cause | undefined;
  /** Another rollout that has it. */
  readonly claim: string | undefined;
  /** Agents that the server lists behind it. */
  readonly behind: readonly Agent[];
  /** Whether the list tells of any agent which relay it is behind. */
  readonly tellsRelays: boolean;
}

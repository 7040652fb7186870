import type { ServerName } from "./ports.ts";

/** How one server is at this moment, in numbers. */
export interface ServerFigures {
  readonly server: ServerName;
  readonly slots: {
    /** Of upgrades that Drydock started. */
    readonly ours: number;
    /** Of upgrades that other people started. */
    readonly external: number;
    readonly open: number;
    readonly allowed: number;
    /** The code of why fewer are open than the policy allows; undefined if all are. */
    readonly why: string | undefined;
  };
  /** For how long the oldest upgrade in flight has had its slot, in ms; 0 = none is in flight. */
  readonly oldestUpgrade: number;
  /** How many rollouts that are not over have this status. */
  readonly rollouts: Readonly<Record<string, number>>;
  /** How many paused rollouts have this kind of pause. An open circuit breaker counts before what paused the rollout later. */
  readonly paused: Readonly<Record<string, number>>;
  /** Requests that wait for approvals. */
  readonly pendingApprovals: number;
}

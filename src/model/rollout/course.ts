import type { Upgrade } from "../upgrade/upgrade.ts";

/** How far a rollout's own upgrades have come. */
export interface Course {
  /** The newest attempt of each agent that has begun. */
  readonly upgrades: readonly Upgrade[];
  /** Whether another attempt of the agent follows anyway. */
  readonly retried: (upgrade: Upgrade) => boolean;
  /** Whether anything is left that could begin, or that the server has put off. */
  readonly left: boolean;
  /** What people call a relay; left out = its id has to do. */
  readonly relayName?: ((relay: string) => string) | undefined;
}

import type { Agent } from "../../core/agent.ts";
import type { VersionRange } from "../../core/version.ts";
import type { Line } from "../../core/view.ts";

/** Which agents a person asked for. */
export interface Selection {
  readonly statuses: readonly Agent["status"][];
  /** Names or globs that were typed as words, and those of `--name`; neither = every agent. */
  readonly words: readonly string[];
  readonly names: readonly string[];
  /** Of those only these, names or globs; none = all of them. */
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  /** Of each of these: names or globs, of which one has to fit; none = whichever. Teams and relays are meant by their ids too. */
  readonly team: readonly string[];
  readonly relay: readonly string[];
  readonly tag: readonly string[];
  readonly version: readonly VersionRange[];
  readonly limit: number | undefined;
  readonly slots: number | undefined;
  readonly canary: number | undefined;
  readonly hold: boolean;
  /** Whether agents that are offline are waited for. */
  readonly includeOffline: boolean;
  /** Whether agents that are inactive are taken too, where the server lets them be upgraded. */
  readonly includeInactive: boolean;
  readonly reason: string | undefined;
  /** When it shall start (ms since 1970); undefined = as soon as it may. */
  readonly at?: number | undefined;
  /** The same as the person typed it. */
  readonly atSaid?: Line | undefined;
  /** Relays are to be upgraded, and no agents: names or globs; none = every relay that lags. */
  readonly relays?: readonly string[] | undefined;
  /** Whether it shall start without approval. */
  readonly emergency: boolean;
}

/** Leaves nobody out. */
export const NO_FILTERS = {
  words: [],
  names: [],
  only: [],
  exclude: [],
  team: [],
  relay: [],
  tag: [],
  version: [],
  limit: undefined,
} as const;

/** Both statuses that the server's own upgrade action serves. */
export const BOTH_STATUSES = ["upgrade-required", "upgrade-recommended"] as const;

/** How long each state of a relay's turn may last, in ms; all are settings of a server. */
export interface RelayDeadlines {
  /** From its turn until no agent behind it is in flight. */
  readonly clear: number;
  /** From asking somebody to begin until the relay goes offline or changes. */
  readonly begin: number;
  /** From going offline until it is back at another version. */
  readonly back: number;
  /** From then until its agents are connected again. */
  readonly agents: number;
}

export interface RelaySettings {
  /** The version that every relay should have at least, e.g. `7.2`; null = as new as the server. */
  readonly minimum: string | null;
  readonly deadlines: RelayDeadlines;
}

const MINUTE = 60_000;

export const DEFAULT_RELAYS: RelaySettings = {
  minimum: null,
  deadlines: { clear: 120 * MINUTE, begin: 30 * MINUTE, back: 30 * MINUTE, agents: 15 * MINUTE },
};

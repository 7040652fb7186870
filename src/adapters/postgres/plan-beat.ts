/** What a replica knows in a beat. */
export interface Seen {
  /** The newest ledger format that this replica knows. */
  readonly version: number;
  /** Those of the living replicas, this one among them. */
  readonly living: readonly number[];
  /** The newest format under which each duty was worked at. */
  readonly duties: readonly number[];
  /** How many duties this replica works at. */
  readonly mine: number;
  /** How many it could take. */
  readonly free: number;
}

export interface BeatPlan {
  /** How many duties this replica takes at most. */
  readonly take: number;
  /** Whether it gives one back. */
  readonly giveBack: boolean;
  /** Whether a replica has run that knows a newer ledger format: then this one has no share. */
  readonly isOlder: boolean;
}

/** One share of the duties for each living replica that knows the newest ledger format. A replica with an older one stands by. */
export function planBeat({ version, living, duties, mine, free }: Seen): BeatPlan {
  const newest = Math.max(version, ...living, ...duties);
  const workers = living.filter((one) => one === newest).length;
  const isOlder = version < newest;
  const share = isOlder ? 0 : Math.ceil(duties.length / Math.max(1, workers));
  return { take: Math.max(0, Math.min(free, share - mine)), giveBack: mine > share, isOlder };
}

interface Stored {
  readonly stream: string;
  readonly type: string;
  readonly data: unknown;
}

/** What an audit has to be able to judge again. */
const JUDGED = new Set(["rollout.requested", "rollout.approved", "rollout.started", "upgrade.intended"]);

/** Events that do not hold what the gates judged by, whoever or whatever had them written: there should be none. */
export function withoutEvidence(events: readonly Stored[]): readonly string[] {
  return events
    .filter(({ type, data }) => JUDGED.has(type) && !hasEvidence(data))
    .map(({ stream, type }) => `${stream} ${type} does not hold what it was judged by`);
}

/** Of the server at least: that is in the ledger. */
function hasEvidence(data: unknown): boolean {
  const { judged } = data as { readonly judged?: object };
  return judged !== undefined && "freeze" in judged && "window" in judged;
}

interface Stored {
  readonly stream: string;
  readonly type: string;
  readonly data: unknown;
}

/** What an audit has to be able to judge again. */
const JUDGED = new Set([
  "rollout.requested",
  "rollout.approved",
  "rollout.started",
  "review.closed",
  "upgrade.intended",
]);

/** By whose rules: presses by those of the replica that took them, upgrades by those that the server's monitor recorded. */
const BY_OWN_RULES = new Set(["rollout.requested", "rollout.approved", "rollout.started", "review.closed"]);

/** Events that do not hold what the gates judged by, whoever or whatever had them written: there should be none. */
export function withoutEvidence(events: readonly Stored[]): readonly string[] {
  return events
    .filter(({ type, data }) => (JUDGED.has(type) && !hasEvidence(data)) || (BY_OWN_RULES.has(type) && !hasRules(data)))
    .map(({ stream, type }) => `${stream} ${type} does not hold what it was judged by`);
}

/** Of the server at least: that is in the ledger. */
function hasEvidence(data: unknown): boolean {
  const { judged } = data as { readonly judged?: object };
  return judged !== undefined && "freeze" in judged && "window" in judged;
}

function hasRules(data: unknown): boolean {
  const { policy, policyHash } = data as { readonly policy?: object; readonly policyHash?: string };
  return policy !== undefined || policyHash !== undefined;
}

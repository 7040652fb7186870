import type { StoredEvent } from "../../model/events.ts";
import { isApproved } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { diagnose } from "../../model/upgrade/diagnosis.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";
import type { Metrics } from "./define-metrics.ts";

/** What the ledger says of an event's rollout or upgrade, the event included. */
export interface Folded {
  readonly rollout: (id: string) => Rollout | undefined;
  readonly upgrade: (id: string) => Upgrade | undefined;
}

type EventOf<T extends StoredEvent["type"]> = Extract<StoredEvent, { readonly type: T }>;

const APPROVAL_RESULTS = ["requested", "approved", "denied", "withdrawn", "expired"] as const;

/** Shows counts before their first event: Prometheus sees no rise in a series that is new. */
export function beginAtZero(metrics: Metrics, server: string): void {
  metrics.upgradesBegun.inc({ server }, 0);
  for (const result of APPROVAL_RESULTS) metrics.approvals.inc({ server, result }, 0);
}

/** Counts an event that was just written. */
export function countEvent(metrics: Metrics, event: StoredEvent, folded: Folded): void {
  const id = event.stream.slice(event.stream.indexOf(".") + 1);
  const rollout = folded.rollout(id);
  const server = folded.upgrade(id)?.server ?? rollout?.plan.server;
  if (server === undefined) return;
  const approvals = (result: (typeof APPROVAL_RESULTS)[number]) => metrics.approvals.inc({ server, result });
  switch (event.type) {
    case "upgrade.intended":
      // An attempt that the server put off begins again in its stream.
      if (event.seq === 1) metrics.upgradesBegun.inc({ server });
      break;
    case "upgrade.skipped": {
      const outcome = event.data.elsewhere ? "elsewhere" : "skipped";
      metrics.upgrades.inc({ server, outcome, cause: event.data.why.code });
      break;
    }
    case "upgrade.outcome":
      countOutcome(metrics, server, event);
      break;
    case "upgrade.corrected":
      metrics.upgradesCorrected.inc({ server, outcome: event.data.outcome });
      break;
    case "rollout.requested":
      approvals("requested");
      break;
    case "rollout.approved":
      countApproval(metrics, rollout, event.at);
      break;
    case "rollout.denied":
      approvals("denied");
      break;
    case "rollout.withdrawn":
      approvals("withdrawn");
      break;
    case "rollout.expired":
      approvals("expired");
      break;
    case "rollout.ended":
      if (event.data.took) metrics.rolloutDuration.observe({ server }, event.data.took / 1_000);
      break;
    default:
  }
}

function countOutcome(metrics: Metrics, server: string, { data }: EventOf<"upgrade.outcome">): void {
  const { outcome, detail, took } = data;
  metrics.upgrades.inc({ server, outcome, cause: diagnose(outcome, detail) });
  if (outcome === "verified" && took) metrics.upgradeDuration.observe({ server }, took / 1_000);
}

/** Only the last approval that is needed makes it approved. */
function countApproval(metrics: Metrics, rollout: Rollout | undefined, at: number): void {
  if (!rollout?.request || !rollout.policy || !isApproved(rollout, rollout.policy)) return;
  const { server } = rollout.plan;
  metrics.approvals.inc({ server, result: "approved" });
  // The wall clock may have been set back meanwhile.
  metrics.approvalWait.observe({ server }, Math.max(0, at - rollout.request.askedAt) / 1_000);
}

import type { ServerFigures } from "../../core/figures.ts";
import { MISSING_CODES, type Missing } from "../../core/missing.ts";
import type { Metrics } from "./define-metrics.ts";

export interface Figures {
  readonly missing: readonly Missing[];
  /** Undefined before the ledger is folded. */
  readonly ledgerPosition: number | undefined;
  readonly servers: readonly ServerFigures[];
}

/** Says how Drydock is at this moment. What is no more is reported as 0, or not at all. */
export function setGauges(metrics: Metrics, { missing, ledgerPosition, servers }: Figures): void {
  metrics.ready.set(missing.length > 0 ? 0 : 1);
  metrics.missing.reset();
  for (const code of MISSING_CODES) if (!code.startsWith("server-")) metrics.missing.set({ code, server: "" }, 0);
  for (const { code, server = "" } of missing) metrics.missing.set({ code, server }, 1);
  if (ledgerPosition !== undefined) metrics.ledgerPosition.set(ledgerPosition);
  for (const gauge of [metrics.slotsClosed, metrics.rollouts, metrics.rolloutsPaused]) gauge.reset();
  for (const figures of servers) setServer(metrics, figures);
}

function setServer(metrics: Metrics, figures: ServerFigures): void {
  const { server, slots } = figures;
  metrics.slotsUsed.set({ server, by: "drydock" }, slots.ours);
  metrics.slotsUsed.set({ server, by: "others" }, slots.external);
  metrics.slotsOpen.set({ server }, slots.open);
  metrics.slotsAllowed.set({ server }, slots.allowed);
  if (slots.why !== undefined) metrics.slotsClosed.set({ server, why: slots.why }, slots.allowed - slots.open);
  metrics.oldestUpgrade.set({ server }, figures.oldestUpgrade / 1_000);
  for (const [status, count] of Object.entries(figures.rollouts)) metrics.rollouts.set({ server, status }, count);
  for (const [why, count] of Object.entries(figures.paused)) metrics.rolloutsPaused.set({ server, why }, count);
  metrics.approvalsPending.set({ server }, figures.pendingApprovals);
}

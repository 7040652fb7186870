import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Every metric of Drydock's own. Labels have few values: servers, codes and Slack's methods, never agents or people. */
export function defineMetrics(register: Registry) {
  const registers = [register];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram({ name, help, buckets, labelNames, registers });

  return {
    build: gauge("drydock_build_info", "1, with Drydock's and Node's version.", "version", "node"),
    ready: gauge("drydock_ready", "1 if Drydock can do its work, as /readyz says."),
    missing: gauge("drydock_missing", "1 if this keeps Drydock from being ready.", "code", "server"),
    ledgerPosition: gauge("drydock_ledger_position", "The position of the ledger's newest event."),
    agents: gauge("drydock_agents", "Agents in the newest list that Drydock read, by status.", "server", "status"),
    agentsListed: gauge("drydock_agents_listed_timestamp_seconds", "When Drydock last read that list.", "server"),
    slotsUsed: gauge("drydock_slots_used", "Upgrades in flight, by who started them.", "server", "by"),
    slotsOpen: gauge("drydock_slots_open", "Upgrades that may be in flight now.", "server"),
    slotsAllowed: gauge("drydock_slots_allowed", "Upgrades that the policy allows in flight.", "server"),
    slotsClosed: gauge("drydock_slots_closed", "Slots that are closed now, and why.", "server", "why"),
    oldestUpgrade: gauge(
      "drydock_oldest_upgrade_seconds",
      "The age of the oldest upgrade in flight, or 0 if there is none.",
      "server",
    ),
    rollouts: gauge("drydock_rollouts", "Rollouts that are not over.", "server", "status"),
    rolloutsPaused: gauge("drydock_rollouts_paused", "Paused rollouts, by why.", "server", "why"),
    approvalsPending: gauge("drydock_approvals_pending", "Requests that wait for approvals.", "server"),
    upgradesBegun: counter("drydock_upgrades_begun_total", "Attempts that Drydock began.", "server"),
    upgrades: counter(
      "drydock_upgrades_total",
      "Attempts that ended, by outcome and cause.",
      "server",
      "outcome",
      "cause",
    ),
    upgradesCorrected: counter(
      "drydock_upgrades_corrected_total",
      "Outcomes that changed later, by the new outcome.",
      "server",
      "outcome",
    ),
    upgradeDuration: histogram(
      "drydock_upgrade_duration_seconds",
      "From the request to the proof of an upgrade.",
      [30, 60, 120, 180, 300, 600, 1_200, 1_800, 3_600],
      "server",
    ),
    rolloutDuration: histogram(
      "drydock_rollout_duration_seconds",
      "From the start of a rollout to its end.",
      [300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400],
      "server",
    ),
    approvals: counter("drydock_approvals_total", "Requests for approval, by what came of them.", "server", "result"),
    approvalWait: histogram(
      "drydock_approval_wait_seconds",
      "From a request to its last approval.",
      [30, 60, 300, 600, 1_800, 3_600, 14_400, 86_400],
      "server",
    ),
    slackAck: histogram(
      "drydock_slack_ack_seconds",
      "From a payload of Slack's to its acknowledgement. Slack waits for 3 s.",
      // A form is acknowledged after 2 s at the latest (listeners.ts), so the alert's bound is above that.
      [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 3],
      "kind",
    ),
    slackRequests: counter("drydock_slack_requests_total", "Requests to Slack, by how they ended.", "method", "result"),
    serverRequests: counter(
      "drydock_server_requests_total",
      "Requests to a server, by how they ended.",
      "server",
      "kind",
      "result",
    ),
    serverRequestDuration: histogram(
      "drydock_server_request_duration_seconds",
      "From a request to a server to the end of its answer.",
      [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
      "server",
      "kind",
    ),
  };
}

export type Metrics = ReturnType<typeof defineMetrics>;

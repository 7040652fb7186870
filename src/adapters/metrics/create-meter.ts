import { AGENT_STATUSES } from "../../core/agent.ts";
import type { Meter } from "../../core/meter.ts";
import type { Clock } from "../../core/ports.ts";
import type { Metrics } from "./define-metrics.ts";

/** Takes what the other adapters count. */
export function createMeter(metrics: Metrics, { clock }: { readonly clock: Clock }): Meter {
  return {
    slackRequest: (method, result) => metrics.slackRequests.inc({ method, result }),
    acknowledged: (kind, ms) => metrics.slackAck.observe({ kind }, ms / 1_000),
    serverRequest(server, kind, result, ms) {
      metrics.serverRequests.inc({ server, kind, result });
      metrics.serverRequestDuration.observe({ server, kind }, ms / 1_000);
    },
    listed(server, agents) {
      for (const status of AGENT_STATUSES)
        metrics.agents.set({ server, status }, agents.filter((agent) => agent.status === status).length);
      metrics.agentsListed.set({ server }, clock.now() / 1_000);
    },
  };
}

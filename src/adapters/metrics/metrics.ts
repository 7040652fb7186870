import { collectDefaultMetrics, Registry } from "prom-client";
import type { Meter } from "../../core/meter.ts";
import type { Clock } from "../../core/ports.ts";
import type { StoredEvent } from "../../model/events.ts";
import { beginAtZero, countEvent, type Folded } from "./count-events.ts";
import { createMeter } from "./create-meter.ts";
import { defineMetrics } from "./define-metrics.ts";
import { type Figures, setGauges } from "./set-gauges.ts";

export interface MetricsReport {
  readonly meter: Meter;
  /** Events that were just written and folded. */
  count(events: readonly StoredEvent[], folded: Folded): void;
  /** All metrics as Prometheus reads them: those of Drydock, and those of its process that prom-client knows. */
  report(figures: Figures): Promise<{ readonly type: string; readonly text: string }>;
}

/** What Drydock measures about itself. */
export function createMetrics(
  build: { readonly version: string; readonly node: string },
  { servers, clock }: { readonly servers: readonly string[]; readonly clock: Clock },
): MetricsReport {
  const register = new Registry();
  const metrics = defineMetrics(register);
  collectDefaultMetrics({ register });
  metrics.build.set(build, 1);
  for (const server of servers) beginAtZero(metrics, server);
  return {
    meter: createMeter(metrics, { clock }),
    count(events, folded) {
      for (const event of events) countEvent(metrics, event, folded);
    },
    async report(figures) {
      setGauges(metrics, figures);
      return { type: register.contentType, text: await register.metrics() };
    },
  };
}

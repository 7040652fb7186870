import { Registry } from "prom-client";
import { defineMetrics } from "../../src/adapters/metrics/define-metrics.ts";

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Every metric of Drydock's own, as it is registered. */
export function describedMetrics(): readonly Described[] {
  const register = new Registry();
  return Object.values(defineMetrics(register)).map((metric) => {
    // prom-client keeps these without typing them.
    const { name, help, labelNames } = metric as unknown as { name: string; help: string; labelNames: string[] };
    return { name, help, labels: labelNames };
  });
}

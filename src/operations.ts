import { type HealthServer, openHealthServer } from "./adapters/health/health-server.ts";
import type { Config } from "./config/config.ts";
import { type Meter, NO_METER } from "./core/meter.ts";
import type { Clock } from "./core/ports.ts";
import type { Projections } from "./projections/projections.ts";
import { rolloutById } from "./projections/rollout-by-id.ts";
import { createReadiness, type ReadinessParts } from "./readiness.ts";
import { figuresOf } from "./servers/figures.ts";
import type { Servers } from "./servers/managed-server.ts";
import type { ServerStatuses } from "./servers/server-status.ts";
import { version } from "./version.ts";

interface RunningParts extends ReadinessParts {
  readonly projections: Projections;
  readonly statuses: ServerStatuses;
  readonly servers: Servers;
}

/** What Drydock tells monitoring. */
export interface Operations {
  readonly meter: Meter;
  /** The ledger is folded: from now on its events are counted. */
  opened(projections: Projections): void;
  started(parts: Omit<RunningParts, "projections">): void;
  stopping(): void;
  close(): Promise<void>;
}

const NOTHING: Operations = {
  meter: NO_METER,
  opened: () => {},
  started: () => {},
  stopping: () => {},
  close: async () => {},
};

/** Opens the port for health and metrics, where the configuration has one. Throws OperatorError. */
export async function openOperations(
  { health, servers: configured }: Pick<Config, "health" | "servers">,
  { clock }: { readonly clock: Clock },
): Promise<Operations> {
  if (!health) return NOTHING;
  // Most of the time that a start takes goes into loading packages.
  const { createMetrics } = await import("./adapters/metrics/metrics.ts");
  const readiness = createReadiness({ clock });
  const names = configured.map(({ name }) => name);
  const metrics = createMetrics({ version: version(), node: process.version }, { servers: names, clock });
  let projections: Projections | undefined;
  let running: RunningParts | undefined;

  async function report() {
    const missing = await readiness.missing();
    const servers = running ? [...running.servers.values()] : [];
    return metrics.report({
      missing,
      ledgerPosition: projections?.position,
      servers: running ? servers.map((server) => figuresOf(server, running as RunningParts, clock.now())) : [],
    });
  }

  const server: HealthServer = await openHealthServer(health, { ...readiness, metrics: report });
  return {
    meter: metrics.meter,
    opened(folded) {
      projections = folded;
      const lookup = { rollout: (id: string) => rolloutById(folded, id), upgrade: folded.upgrade };
      folded.onChange((events) => metrics.count(events, lookup));
    },
    started(parts) {
      if (!projections) throw new Error("Drydock cannot be started before its ledger is folded.");
      running = { ...parts, projections };
      readiness.started(running);
    },
    stopping: readiness.stopping,
    close: server.close,
  };
}

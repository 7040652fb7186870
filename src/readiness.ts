import { createCache } from "./core/cache.ts";
import type { Missing, WarningCode } from "./core/missing.ts";
import type { Clock } from "./core/ports.ts";
import type { Ledger } from "./model/ledger-port.ts";
import type { Projections } from "./projections/projections.ts";

/** What readiness looks at, once all of it is there. */
export interface ReadinessParts {
  readonly ledger: Pick<Ledger, "check">;
  readonly projections: Pick<Projections, "unwritable">;
  /** Whether another replica talks to Slack. */
  readonly isStandby: () => boolean;
  /** What a person should know, though nothing is missing. */
  readonly warnings: () => readonly WarningCode[];
  /** What is missing of Slack and of the servers. */
  readonly others: readonly (() => Promise<readonly Missing[]>)[];
}

/** Says whether Drydock can do its work now. It looks by itself: a disk can be full for hours before anything is written. */
export interface Readiness {
  /** What is missing; empty = Drydock is ready. Never throws. */
  missing(): Promise<readonly Missing[]>;
  /** Whether another replica talks to Slack. */
  isStandby(): boolean;
  warnings(): readonly WarningCode[];
  started(parts: ReadinessParts): void;
  stopping(): void;
}

/** For how long one look at the ledger counts, in ms: it writes to the disk, and probes may come every second. */
const LOOK_TTL = 10_000;

export function createReadiness({ clock }: { readonly clock: Clock }): Readiness {
  const looks = createCache<{ readonly writable: boolean }>({ clock, max: 1, ttl: LOOK_TTL });
  let parts: ReadinessParts | undefined;
  let isStopping = false;

  async function isWritable({ ledger, projections }: ReadinessParts): Promise<boolean> {
    if (projections.unwritable !== undefined) return false;
    const look = () =>
      ledger.check().then(
        () => ({ writable: true }),
        () => ({ writable: false }),
      );
    return (await looks.forceFetch("ledger", { context: look })).writable;
  }

  return {
    async missing() {
      if (isStopping) return [{ code: "stopping" }];
      if (!parts) return [{ code: "starting" }];
      const [writable, ...others] = await Promise.all([isWritable(parts), ...parts.others.map((missing) => missing())]);
      return [...(writable ? [] : [{ code: "ledger-not-writable" as const }]), ...others.flat()];
    },
    isStandby: () => parts?.isStandby() ?? false,
    warnings: () => parts?.warnings() ?? [],
    started(given) {
      parts = given;
    },
    stopping() {
      isStopping = true;
    },
  };
}

import type { Clock } from "../../core/ports.ts";
import type { Published, Statuses } from "../../core/statuses.ts";

/** Statuses for everybody in this process. */
export function createMemoryStatuses<Status extends Published>({ clock }: { readonly clock: Clock }): Statuses<Status> {
  const published = new Map<string, { readonly status: Status; readonly since: number }>();
  const listeners = new Set<() => void>();
  return {
    publish(status) {
      published.set(status.server, { status, since: clock.monotonic() });
      for (const listener of listeners) listener();
    },
    of(server) {
      const known = published.get(server);
      return known && { status: known.status, age: clock.monotonic() - known.since };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

import type { Cause } from "../core/cause.ts";
import type { Clock, Log } from "../core/ports.ts";
import type { ServerError } from "../model/deploy-server.ts";
import {
  allOpen,
  onServerFailure,
  onSuccess,
  onTime,
  openSlots,
  reasonOf,
  type SlotLimit,
  waitsForQuiet,
} from "../model/server/slot-limit.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** How many of a server's slots are open at the moment. What it decides is in the ledger, so a restart goes on with it. */
export interface SlotGovernor {
  /** 1 up to the policy's slots. */
  open(): number;
  /** Why fewer are open than the policy has; undefined where they all are. */
  reason(): Cause | undefined;
  /**
   * Counts failures that are the server's; others are passed over. Those of a server that nothing of ours works on close no slots.
   * @param requested whether it was a request for an upgrade that failed.
   */
  failed(error: ServerError, requested: boolean): void;
  stop(): void;
}

export function createSlotGovernor(
  server: ManagedServer,
  ports: { readonly projections: Projections; readonly clock: Clock; readonly log: Log },
): SlotGovernor {
  const { projections, clock, log } = ports;
  const { slots } = server.policy;
  const { adaptive, cutAgain } = server.limits;
  const stored = projections.server(server.name).slots;
  // Without a reason all slots were open then, and the configuration may have fewer or more of them now.
  let state: SlotLimit = { ...allOpen(slots), limit: stored?.why ? Math.min(slots, stored.limit) : slots };
  let why = stored?.why ?? null;
  let cancel = () => {};
  let stopped = false;

  function change(next: SlotLimit): void {
    const before = openSlots(state, slots);
    state = next;
    waitForTime();
    const open = openSlots(state, slots);
    if (open === before) return;
    why = open < slots ? (reasonOf(state, slots) ?? why) : null;
    log.info({ server: server.name, open, slots, why }, "the number of open slots has changed");
    const data = { limit: Math.round(state.limit * 100) / 100, why };
    projections
      .change(() => [{ stream: `server.${server.name}`, actor: "drydock", events: [{ type: "slots.changed", data }] }])
      .catch((error: unknown) => log.error({ error }, "the number of open slots could not be written down"));
  }

  function waitForTime(): void {
    cancel();
    if (state.growsAt === undefined || state.limit >= slots) return;
    const wait = Math.max(0, state.growsAt - clock.monotonic());
    cancel = clock.after(wait, () => change(onTime(state, slots, clock.monotonic(), cutAgain)));
  }

  function isBusy(): boolean {
    return projections.openUpgrades(server.name).some((upgrade) => upgrade.holdsSlot);
  }

  if (adaptive) change(waitsForQuiet(state, clock.monotonic(), cutAgain));
  const ignore = projections.onChange(
    (events) => {
      if (!adaptive) return;
      for (const event of events) {
        const verified = event.type === "upgrade.outcome" && event.data.outcome === "verified";
        if (verified && projections.upgrade(event.stream.slice("upgrade.".length))?.server === server.name)
          change(onSuccess(state, slots));
      }
    },
    ["upgrade"],
  );

  return {
    open: () => (adaptive ? openSlots(state, slots) : slots),
    reason() {
      if (!adaptive || openSlots(state, slots) >= slots) return undefined;
      return reasonOf(state, slots) ?? why ?? undefined;
    },
    failed(error, requested) {
      const what = whatFailed(error);
      // What was asked before a stop may fail after it: another process may look after the server by then.
      if (!adaptive || stopped || what === undefined) return;
      const now = clock.monotonic();
      const cuts = requested || isBusy();
      change(cuts ? onServerFailure(state, what, now, cutAgain) : waitsForQuiet(state, now, cutAgain));
    },
    stop() {
      stopped = true;
      ignore();
      cancel();
    },
  };
}

/** As in a slot limit's `failures`; undefined if it was not the server's failure, as while its Retry-After lasts and Drydock does not ask. */
function whatFailed({ fault, status }: ServerError): string | undefined {
  if (fault === "unreachable") return "no-answer";
  return fault === "failing" && status !== undefined ? `${status}` : undefined;
}

import {
  allOpen,
  onServerFailure,
  onSuccess,
  openSlots,
  reasonOf,
  type SlotLimit,
} from "../../domain/servers/slot-limit.ts";
import type { Board } from "../board.ts";
import type { Clock, Log } from "../ports.ts";
import type { Site } from "../site.ts";
import type { ServerError } from "../urbancode.ts";

/** How many of a server's slots are open at the moment. What it decides is in the ledger, so a restart goes on with it. */
export interface SlotGovernor {
  /** 1 up to the policy's slots. */
  open(): number;
  /** Why fewer are open than the policy has; undefined where they all are. */
  reason(): string | undefined;
  /** Counts failures that are the server's; others are passed over. */
  failed(error: ServerError): void;
  stop(): void;
}

export function createSlotGovernor(
  site: Site,
  ports: { readonly board: Board; readonly clock: Clock; readonly log: Log },
): SlotGovernor {
  const { board, clock, log } = ports;
  const { slots } = site.policy;
  const stored = board.server(site.name).slots;
  let state: SlotLimit = { ...allOpen(slots), limit: Math.min(slots, stored?.limit ?? slots) };
  let why = stored?.why ?? null;

  function change(next: SlotLimit): void {
    const before = openSlots(state, slots);
    state = next;
    const open = openSlots(state, slots);
    if (open === before) return;
    why = open < slots ? (reasonOf(state, slots) ?? why) : null;
    log.info({ server: site.name, open, slots, why }, "the number of open slots has changed");
    const data = { limit: Math.round(state.limit * 100) / 100, why };
    board
      .change(() => [{ stream: `server.${site.name}`, actor: "drydock", facts: [{ type: "slots.changed", data }] }])
      .catch((error: unknown) => log.error({ error }, "the number of open slots could not be written down"));
  }

  const ignore = board.onChange((events) => {
    if (!site.limits.adaptive) return;
    for (const event of events) {
      const verified = event.type === "upgrade.outcome" && event.data.outcome === "verified";
      if (verified && board.upgrade(event.stream.slice("upgrade.".length))?.server === site.name)
        change(onSuccess(state, slots));
    }
  });

  return {
    open: () => (site.limits.adaptive ? openSlots(state, slots) : slots),
    reason() {
      if (!site.limits.adaptive || openSlots(state, slots) >= slots) return undefined;
      return reasonOf(state, slots) ?? why ?? undefined;
    },
    failed(error) {
      const what = whatFailed(error);
      if (site.limits.adaptive && what !== undefined)
        change(onServerFailure(state, what, clock.now(), site.limits.cutAgain));
    },
    stop: () => void ignore(),
  };
}

/** Completes "the server …"; undefined where it was not the server's failure. */
function whatFailed({ fault, status }: ServerError): string | undefined {
  if (fault === "unreachable") return "gave no answer";
  return fault === "failing" ? `answered ${status ?? "with an error"}` : undefined;
}

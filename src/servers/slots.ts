import type { Cause } from "../core/cause.ts";
import { plainCause } from "../phrases/cause-text.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "./managed-server.ts";
import type { ServerStatus } from "./server-status.ts";

/** How a server's slots are used, for people. */
export interface Slots {
  readonly ours: number;
  /** Taken to be upgraded by somebody else. */
  readonly external: number;
  /** How many are open at the moment, and how many the policy has. */
  readonly open: number;
  readonly of: number;
  /** Why fewer are open. */
  readonly reason: Cause | undefined;
}

/** `7 of 10`, `12 of 10: 10 here, 2 started elsewhere`, `3 of 10, 4 closed: the server answered 503 twice`. */
export function slotWords({ ours, external, open, of, reason }: Slots): string {
  const inUse = `${ours + external} of ${of}`;
  const split = external > 0 ? `: ${ours} here, ${external} started elsewhere` : "";
  const why = reason ? plainCause(reason) : "the server was in trouble";
  return open < of ? `${inUse}${split}, ${of - open} closed: ${why}` : `${inUse}${split}`;
}

/** @param status undefined: nobody watches the server. Then all slots of its policy count as open. */
export function slotsOf(
  projections: Projections,
  { name, policy }: Pick<ManagedServer, "name" | "policy">,
  status: ServerStatus | undefined,
): Slots {
  return {
    ours: projections.openUpgrades(name).filter((upgrade) => upgrade.holdsSlot).length,
    external: projections.server(name).external.upgrading.size,
    open: status?.slots.open ?? policy.slots,
    of: policy.slots,
    reason: status?.slots.why,
  };
}

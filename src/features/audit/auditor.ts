import type { StoredEvent } from "../../model/events.ts";
import type { Ledger } from "../../model/ledger-port.ts";
import { createKnownPolicies } from "./checker/known-policies.ts";
import { createReplay, type RolloutAudit } from "./checker/replay.ts";

/** Audits rollouts beside everything else that the bot does. */
export interface Auditor {
  /** Every rollout that the ledger holds, in the order in which they began. All who ask while it reads share one reading. */
  audit(): Promise<readonly RolloutAudit[]>;
}

/** Rows between two turns of the event loop: a few milliseconds. */
const ROWS_AT_ONCE = 200;

/** @param ledger its chain is verified when it is opened, or soon after. This reading verifies no row. */
export function createAuditor({ ledger }: { readonly ledger: Pick<Ledger, "since"> }): Auditor {
  let underWay: Promise<readonly RolloutAudit[]> | undefined;
  /** Lets everything else of the bot have its turn. */
  const pause = () => new Promise<void>((resolve) => void setImmediate(resolve));

  /** @param onGap called with the position before which rows are archived. */
  async function readAll(see: (event: StoredEvent) => void, onGap: (position: number) => void): Promise<void> {
    for (let position = 0; ; await pause()) {
      const events = await ledger.since(position, ROWS_AT_ONCE);
      for (const event of events) {
        if (event.position > position + 1) onGap(event.position - 1);
        see(event);
        position = event.position;
      }
      if (events.length < ROWS_AT_ONCE) return;
    }
  }

  async function audit(): Promise<readonly RolloutAudit[]> {
    const known = createKnownPolicies();
    await readAll(known.see, () => {});
    const rollouts: RolloutAudit[] = [];
    const replay = createReplay(known.policies, (one) => rollouts.push(one));
    await readAll(replay.see, replay.archived);
    replay.finish();
    return rollouts.sort((a, b) => a.from - b.from);
  }

  return {
    audit() {
      underWay ??= audit().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
}

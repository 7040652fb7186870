import type { LedgerCareEvent } from "./ledger-events.ts";
import type { PersonEvent } from "./person/person-events.ts";
import type { RolloutEvent } from "./rollout/rollout-events.ts";
import type { ServerEvent } from "./server/server-events.ts";
import type { UpgradeEvent } from "./upgrade/upgrade-events.ts";

/**
 * Who did it: a Slack user id, `operator:` with the name of an account on the host, or `drydock` where no person did. What a press or a
 * command decides is the person's. What Drydock answers and finds, and does later after an approval or at a time, is Drydock's: the
 * stream or the data name the person for whom. Older versions wrote that person there. No event alone tells which it is, so all stay as
 * they were sealed: the audit's report looks at the call that an event follows.
 */
export type Actor = string;

/** What every event in the ledger carries. `at` is in milliseconds since 1970, `v` the version of the event's shape. */
interface Envelope {
  readonly id: string;
  readonly v: 1;
  readonly at: number;
  readonly actor: Actor;
  /** The call from which it follows, by its id in Slack's payload; left out where there is none, as in older ledgers. */
  readonly callId?: string;
  /** The stream is over: nothing will be added to it. */
  readonly closes?: true;
}

export type NewEvent = ServerEvent | RolloutEvent | UpgradeEvent | PersonEvent | LedgerCareEvent;
export type LedgerEvent = NewEvent & Envelope;
export type StoredEvent = LedgerEvent & {
  readonly stream: string;
  /** 1 for the first event of the stream. */
  readonly seq: number;
  /** 1 for the first event of the ledger. */
  readonly position: number;
};

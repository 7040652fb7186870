import type { PersonFact } from "./people/person-facts.ts";
import type { RolloutFact } from "./rollouts/rollout-facts.ts";
import type { ServerFact } from "./servers/server-facts.ts";
import type { UpgradeFact } from "./upgrades/upgrade-facts.ts";

/** Who did it: a Slack user id, or `drydock` where no person did. */
export type Actor = string;

/** What every fact in the ledger carries. `at` is in milliseconds since 1970, `v` the version of the fact's shape. */
interface Envelope {
  readonly id: string;
  readonly v: 1;
  readonly at: number;
  readonly actor: Actor;
  /** The stream is over: nothing will be added to it. */
  readonly closes?: true;
}

export type Fact = ServerFact | RolloutFact | UpgradeFact | PersonFact;
export type LedgerEvent = Fact & Envelope;
export type StoredEvent = LedgerEvent & {
  readonly stream: string;
  /** 1 for the first event of the stream. */
  readonly seq: number;
  /** 1 for the first event of the ledger. */
  readonly position: number;
};

import { createKeyring, type Keyring } from "./adapters/chain/keyring.ts";
import type { Config } from "./config/config.ts";
import type { ClockState } from "./core/clock-state.ts";
import type { Duties } from "./core/duties.ts";
import type { LedgerInspection } from "./core/inspection.ts";
import type { Clock, Log, Random, Secrets } from "./core/ports.ts";
import type { Ledger, Presence } from "./model/ledger-port.ts";
import type { ServerStatuses } from "./servers/server-status.ts";

/** Everything that Drydock keeps, in files or in a database. */
export interface Stores {
  readonly ledger: Ledger;
  readonly presence: Presence;
  readonly statuses: ServerStatuses;
  /** Undefined: people have no tokens of their own. */
  readonly secrets: Secrets | undefined;
  readonly inspection: LedgerInspection;
  /** Which work is this process's. */
  readonly duties: Duties;
  /** How this machine's clock is, by the database's; left out = there is no other one. */
  readonly clockState?: () => ClockState;
  /** Fulfilled if another process has taken the ledger: this one may not go on. */
  readonly taken: Promise<void>;
  close(): Promise<void>;
}

export interface StorePorts {
  readonly clock: Clock;
  readonly log: Log;
}

export interface ServeStorePorts extends StorePorts {
  readonly random: Random;
  /** This program and its configuration, for other replicas to compare theirs with. */
  readonly runs: { readonly version: string; readonly configuration: string };
  /** Ends the process at once: it has lost a duty, and its work does not end. */
  readonly endProcess: () => void;
}

/** For people's own tokens; undefined where they are off. */
export function keyringOf({ ownTokens }: Config): Keyring | undefined {
  if (!ownTokens) return undefined;
  const [key, ...old] = [ownTokens.key, ...ownTokens.old].map((secret) => Buffer.from(secret.reveal(), "hex"));
  return key && createKeyring([key, ...old]);
}

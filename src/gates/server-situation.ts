import type { Freeze } from "../model/server/claims.ts";
import type { ExternalUpgrades } from "../model/server/external-upgrades.ts";
import type { ServerFault } from "../model/server/server-fault.ts";

/** What was read of something outside, before a gate judges by it. */
export type Reading<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "unknown"; readonly fault: ServerFault; readonly status: number | undefined }
  /** Never, or too long ago. */
  | { readonly kind: "not-read" };

/** Whether a server is known to Drydock under another name too. */
export type OtherName =
  | { readonly kind: "none" | "unknown" }
  | { readonly kind: "same-address"; readonly other: string; readonly address: string }
  | { readonly kind: "same-agents"; readonly other: string; readonly agents: number };

/** What the monitor of a server knows of it. */
export interface WatchedServer {
  /** Whether it answered when it was last asked. */
  readonly answers: boolean;
  /** What came in place of its answers, while it does not simply give none. */
  readonly strange: string | undefined;
  /** Whether all of it was looked at since Drydock started. */
  readonly lookedAround: boolean;
  /** Whether the rows of the ledger on which its upgrades depend were checked since Drydock started. */
  readonly ledgerChecked: boolean;
  readonly otherName: OtherName;
  /** Something that is not its API answered a request for an upgrade: what is said of it, and until when (ms since 1970) nothing is requested. */
  readonly hold: { readonly said: string; readonly until: number } | undefined;
  /** How many deployments run; undefined: the server does not report it. */
  readonly deployments: Reading<number | undefined>;
  /** For how long that could not be read while each rollout that runs could have begun something, in ms. */
  readonly unreadFor: number;
  /** Whether the server is in maintenance mode; undefined: it does not report it. */
  readonly maintenance: Reading<boolean | undefined>;
}

/** What the gates about a server judge by. */
export interface ServerSituation extends WatchedServer {
  readonly server: string;
  /** Whether Drydock is watching it. */
  readonly watched: boolean;
  readonly now: number;
  readonly freeze: Freeze | undefined;
  readonly external: ExternalUpgrades;
  /** Whether a person accepted a ledger that lacks rows, and the server was not watched for long enough since. */
  readonly mayHaveForgotten: boolean;
  /** Why the ledger cannot be written; undefined where it can. */
  readonly unwritable: string | undefined;
  /** Whether it can be written again only since a moment ago: a pause or stop that people were promised is written first. */
  readonly writableAgain: boolean;
}

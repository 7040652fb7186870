import type { AgentStatus } from "../core/agent.ts";
import type { GuideSettings } from "../core/finding.ts";
import type { Secret } from "../core/secret.ts";
import type { Policy } from "../model/policy.ts";
import type { RelaySettings } from "../model/relay/settings.ts";
import type { Limits } from "../model/server/limits.ts";
import type { Deadlines } from "../model/upgrade/deadlines.ts";

/** `variable`: the environment's variable that holds the secret. */
export type Credentials =
  | { readonly kind: "basic"; readonly user: string; readonly password: Secret; readonly variable: string }
  | { readonly kind: "token"; readonly token: Secret; readonly variable: string };

export const TLS_VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
export type MinTls = (typeof TLS_VERSIONS)[number];

export interface ServerConfig {
  readonly name: string;
  readonly url: string;
  /** A copy of another server, with agents of its own. */
  readonly clone: boolean;
  readonly credentials: Credentials;
  /** PEM text. */
  readonly ca: string | undefined;
  /** The oldest TLS that is spoken with the server. */
  readonly minTls: MinTls;
  readonly policy: Policy;
  readonly deadlines: Deadlines;
  /** Milliseconds. */
  readonly limits: Limits;
  readonly relays: RelaySettings;
  /** With `{id}` and `{name}` in place of an agent's. */
  readonly links: { readonly agent?: string | undefined; readonly logs?: string | undefined };
  readonly watch: {
    readonly inFlight: number;
    readonly fleet: number;
    /** Null = not at all. */
    readonly idle: number | null;
    readonly tick: number;
  };
  readonly guide: GuideSettings;
  /** What statuses mean that only this server has, by its own spelling. */
  readonly statuses: Readonly<Record<string, AgentStatus>>;
  /** A call that tells whose token it is asked with, and the field of its answer. */
  readonly whoAmI: { readonly path: string; readonly field: string } | undefined;
  /** What is not as safe as it could be, in sentences. */
  readonly warnings: readonly string[];
}

/** Keys of 32 bytes, written in hex: what is encrypted with an old one is encrypted with the first at the start. */
export interface TokenKeys {
  readonly key: Secret;
  readonly old: readonly Secret[];
}

/** Where PostgreSQL is: `directUrl` leads past a pooler. */
export interface Database {
  readonly url: Secret;
  readonly directUrl: Secret | undefined;
}

interface Channel {
  readonly id: string;
  readonly shared: boolean;
  readonly guests: boolean;
}

/** All settings, checked: there is no other place that reads the environment or the file. */
export interface Config {
  readonly ledger: {
    readonly file: string;
    readonly key: Secret | undefined;
    /** Undefined: the ledger is in the file. */
    readonly database: Database | undefined;
  };
  readonly slack: {
    readonly word: string;
    readonly apiUrl: string | undefined;
    readonly botToken: Secret;
    readonly incoming:
      | { readonly mode: "socket"; readonly appToken: Secret }
      | { readonly mode: "http"; readonly signingSecret: Secret; readonly host: string; readonly port: number };
    readonly channels: readonly Channel[];
    readonly operationsChannel: Channel | undefined;
  };
  /** Where monitoring asks; undefined = nowhere. */
  readonly health: { readonly host: string; readonly port: number } | undefined;
  readonly servers: readonly ServerConfig[];
  readonly people: {
    readonly emailDomains: readonly string[];
    readonly mapping: ReadonlyMap<
      string,
      ReadonlyMap<string, { readonly user: string; readonly id?: string | undefined }>
    >;
    readonly onCall: readonly string[];
    /** Accounts on the host that may pause and stop. */
    readonly operators: readonly string[];
  };
  /** Undefined where people cannot link tokens of their own. */
  readonly ownTokens: TokenKeys | undefined;
  /** Sentences that are said at the start. */
  readonly warnings: readonly string[];
}

/** Whether Slack takes a token; `word` is Slack's own, for people alone. */
export type TokenAnswer =
  /** The scopes that it lacks; undefined where Slack does not report any. */
  | { readonly kind: "accepted"; readonly missing: readonly string[] | undefined }
  | { readonly kind: "refused"; readonly word: string; readonly expected: ExpectedToken }
  /** Slack allows the question only about once a minute. */
  | { readonly kind: "asked-too-often" };

/** A token that Slack would take, for people alone. */
export interface ExpectedToken {
  /** How it begins. */
  readonly looksLike: string;
  readonly scope?: string;
}

/** What the doctor asks Slack, with no cache. All of these throw SlackError. */
export interface SlackInspection {
  botToken(): Promise<TokenAnswer>;
  /** Asks for a connection of Socket Mode, and does not use it. Undefined in HTTP mode, and while the bot has a connection. */
  readonly appToken: (() => Promise<TokenAnswer>) | undefined;
  /** Undefined if Slack shows Drydock no such channel. */
  channel(id: string): Promise<{ readonly archived: boolean; readonly hasBot: boolean } | undefined>;
}

/** What the doctor asks about the ledger and its disk. It changes nothing. All of these throw OperatorError. */
export interface LedgerInspection {
  checkKey(): Promise<void>;
  checkWritable(): Promise<void>;
  /** Walks the whole chain, and returns how many rows it has; undefined if there is no ledger yet. Left out in the running bot, which walked it at its start. */
  readonly walkChain: (() => Promise<number | undefined>) | undefined;
  /** The bytes that are free on the ledger's disk. Undefined if that is another machine's. */
  readonly freeSpace: (() => Promise<number>) | undefined;
  /** By how much this machine's clock is ahead of the database's, in ms. Undefined if there is no database. */
  readonly clockDifference: (() => Promise<number>) | undefined;
  /** False if a fail-over of the database may lose what Drydock wrote. Undefined if there is no database. */
  readonly waitsForStandbys: (() => Promise<boolean>) | undefined;
  /** The replicas that run with another configuration than the asker's, each as its host and its process. Undefined if there is no database. */
  readonly otherwiseConfigured: (() => Promise<readonly string[]>) | undefined;
}

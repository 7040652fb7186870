import type { Config } from "../config/config.ts";
import type { Environment } from "../config/environment.ts";
import type { LogLevel } from "../config/log-level.ts";
import type { OperatorCall, OperatorReply } from "../core/operator.ts";
import type { Clock } from "../core/ports.ts";
import type { Archiving } from "../features/audit/audit-ledger.ts";
import type { Doctor } from "../features/doctor/doctor.ts";
import type { ProbedCall, UrbanCode } from "../model/deploy-server.ts";
import type { StoredEvent } from "../model/events.ts";
import type { Archivable } from "../model/rollout/archivable.ts";
import type { VerifiedLedger } from "../model/verified-ledger.ts";
import type { Projections } from "../projections/projections.ts";
import type { ServerStatuses } from "../servers/server-status.ts";
import type { Connection } from "./connection.ts";

/** What the commands need from outside; cli-adapters.ts has it. */
export interface CliPorts {
  readonly version: string;
  readonly env: Environment;
  readonly clock: Clock;
  /** Text that was copied from Slack, as people see it there. */
  readCopied(text: string): string;
  /** Shows how far a long command is. Does nothing unless a person watches. */
  progress(what: string, done: number, total: number): void;
  /** Starts the bot. Fulfilled once it answers people; it runs on until a signal stops it. */
  serve(settings: { readonly config: string; readonly logLevel: LogLevel }): Promise<void>;
  readonly ledger: LedgerTools;
  /** What the ledger and the running bot's statuses hold now. Writes nothing, and needs no bot. Throws OperatorError. */
  look(ledger: Config["ledger"]): Promise<Look>;
  /** Asks the running bot, as the user who runs this program. Throws OperatorError if none runs. */
  askBot(ledger: Config["ledger"], call: Omit<OperatorCall, "user">): Promise<OperatorReply>;
  /** Looks for mistakes in Slack, on the servers and at the ledger. Changes nothing. */
  openDoctor(config: Config): Promise<Doctor & { close(): Promise<void> }>;
  /** A server's client, named as its host. */
  openServer(connection: Connection): Promise<UrbanCode>;
  /** Makes every documented read once. The answer does not name the server. */
  probe(connection: Connection): Promise<readonly ProbedCall[]>;
}

/** The ledger and the published statuses, read beside the bot. */
export interface Look {
  readonly projections: Projections;
  readonly statuses: Pick<ServerStatuses, "of">;
  /** The running bot; null: none runs, undefined: it has not yet said which process it is, or there are several. */
  readonly holder: { readonly pid: number; readonly host: string; readonly since: number } | undefined | null;
  /** Where several processes share the ledger: those that run now. */
  readonly replicas?: readonly RunningReplica[];
  /** What the ledger recorded each time that `retain` moved rows into an archive. */
  archivings(): Promise<readonly Archiving[]>;
  close(): Promise<void>;
}

export interface RunningReplica {
  readonly pid: number;
  readonly host: string;
  /** `slack`, and `server:` with a server's name. */
  readonly duties: readonly string[];
}

/** A ledger, and an archive of rows that left it. */
export type AuditedLedger = Config["ledger"] & { readonly archive: string | undefined };

/** What can be done to a ledger's file and its key. Each throws OperatorError. */
export interface LedgerTools {
  /** Makes a key file beside the ledger, unless there is a key already; says where the key is. */
  makeKey(file: string): "environment" | "made" | "kept";
  /** Whether Drydock could start with this ledger: its folder, key and hint. Changes nothing. */
  check(ledger: Config["ledger"]): void;
  /** What the ledger lacks of what its hint recorded, and the word with which a person accepts that; undefined if nothing. */
  toAccept(ledger: Config["ledger"]): Promise<
    | {
        readonly sentence: string;
        readonly word: string;
        /** Whether it is in a file, and has to be moved into the database. */
        readonly toMove: boolean;
      }
    | undefined
  >;
  /** Records in the ledger that a person accepted it as it is. The bot must not run. */
  accept(ledger: Config["ledger"]): Promise<void>;
  /** Seals the ledger with a new key. The bot must not run. */
  rotateKey(ledger: Config["ledger"]): Promise<{
    readonly from: string;
    readonly to: string;
    readonly oldKeyFile: string | undefined;
  }>;
  /** Reads one moment of the ledger, also while the bot runs, once its whole chain is right. */
  readVerified<T>(ledger: AuditedLedger, read: (ledger: VerifiedLedger) => T): Promise<T>;
  /** Copies the ledger from its file to the database, and sets the file aside. The bot must not run. */
  migrate(ledger: Config["ledger"]): Promise<{
    readonly rows: number;
    readonly tokens: number;
    readonly done: "copied" | "there";
    /** The file's name from now on. */
    readonly aside: string;
  }>;
  /** How many rows the copy has. */
  backup(ledger: Config["ledger"], to: string): Promise<number>;
  /** Moves rows into an archive, and records that in the ledger. @param given `before`: all from then on stays (ms since 1970). */
  retain(
    ledger: Config["ledger"],
    given: { readonly archive: string; readonly before: number },
    choose: (events: Iterable<StoredEvent>) => Archivable,
  ): Promise<{
    readonly streams: number;
    readonly rows: number;
    readonly single: number;
    /** Whether the ledger's file is smaller now; undefined where it is no file. */
    readonly shrunk?: boolean;
  }>;
}

import type { Secret } from "./secret.ts";
import type { View } from "./view.ts";

/** A server's name in the configuration, e.g. `prod`. */
export type ServerName = string;
/** `<rollout>.<agent id>.<attempt>`: the rest of an upgrade's stream name after `upgrade.`. */
export type UpgradeId = string;

export interface Clock {
  /** What people call the time, in ms since 1970: for people and schedules. It jumps when somebody sets the machine's clock. */
  now(): number;
  /** Ms since a moment of its own; it only goes forward. For ages, pauses, caches, rate limits and deadlines. */
  monotonic(): number;
  /** Runs `task` once after `ms`; the returned function takes it back. */
  after(ms: number, task: () => void): () => void;
}

export interface Random {
  /** A fresh identifier that nobody can guess. */
  id(): string;
  /** 0 up to, but not including, 1. */
  fraction(): number;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  /** Something a person has to look at; none of these in a healthy service. */
  error(fields: object, message: string): void;
}

/**
 * Something around Drydock is not as it has to be, and the operator can put it right: a file, a key, a token, another process.
 * The message says what is wrong and what to do, so no stack is shown.
 */
export class OperatorError extends Error {
  override readonly name: string = "OperatorError";
}

/** Holds only what may start now; decides where `run` is called, at least once per submitted id. */
export interface Engine {
  /** @param onReturned called with each id whose run has returned (or thrown): from then on it may be submitted again. */
  start(
    run: (id: UpgradeId, signal: AbortSignal) => Promise<void>,
    onReturned?: (id: UpgradeId) => void,
  ): Promise<void>;
  /** Ids that are queued or running are ignored; an id that has returned (or thrown) may be submitted and run again. */
  submit(server: ServerName, ids: readonly UpgradeId[]): Promise<void>;
  /** Aborts the signal of what runs, drops what is queued and waits until every run has returned. */
  close(): Promise<void>;
}

export interface SecretOwner {
  readonly person: string;
  readonly server: ServerName;
}

/** One secret per person and server, kept encrypted and apart from the ledger, so that it can be destroyed. */
export interface Secrets {
  /** Takes the place of what was kept before. Returns how that comes back, unless something else has taken its place since. */
  put(owner: SecretOwner, secret: Secret): Promise<() => Promise<void>>;
  get(owner: SecretOwner): Promise<Secret | undefined>;
  /** Returns how what is kept now is destroyed, and nothing that takes its place. That leaves nothing of it, not even encrypted. */
  toDestroy(owner: SecretOwner): Promise<() => Promise<void>>;
  owners(): Promise<readonly SecretOwner[]>;
  /** Whether the text is one of them, or was while this process ran. */
  isKnown(text: string): boolean;
  /** From now on also those are known that other processes have put; left out = there are no others. */
  recall?(): Promise<void>;
  close(): Promise<void>;
}

/** Somebody in Slack, as Slack itself says (never as a message claims). */
export interface Person {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly kind: "member" | "guest" | "stranger" | "bot" | "deleted";
  /** IANA name of the zone in which they are; undefined where Slack tells none. */
  readonly zone?: string | undefined;
}

export interface People {
  /**
   * At most `maxAge` ms old (0 = read now), a minute if it is left out. Throws SlackError where Slack does not answer.
   * @param onWait waits in a line if Slack allows no more requests now, and calls this with about how long (ms); left out = throws.
   */
  person(slackId: string, maxAge?: number, onWait?: (ms: number) => void): Promise<Person | undefined>;
}

/** Who is in a usergroup. Anybody may be allowed to edit one: membership alone proves nothing. */
export interface Usergroups {
  /**
   * Slack ids, at most `maxAge` ms old (0 = read now), a minute if it is left out; none where there is no such usergroup. Throws
   * SlackError where Slack does not tell.
   */
  members(usergroup: string, maxAge?: number): Promise<ReadonlySet<string>>;
}

/** Who reads along in a channel. */
export interface Channels {
  /**
   * `guests` is looked for only where it is asked for: it takes the whole list of members. What it answers is at most a minute old, or,
   * `fresh`, at most a few seconds. Throws SlackError.
   */
  look(
    channel: string,
    options: { readonly guests: boolean; readonly fresh?: boolean },
  ): Promise<{ readonly shared: boolean; readonly guests: boolean }>;
}

/** What a failure means for whoever asked Slack for something. */
export type SlackErrorKind =
  /** Slack takes nothing at all now: nothing else would fare better. */
  | "away"
  /** Trouble of Slack's own that ends by itself. */
  | "passing"
  /** Slack does not let the app do this, whatever it sends. */
  | "not-allowed"
  /** The message, or the thread, is not there any more or cannot be edited any more. */
  | "gone"
  /** The bot cannot write in that channel. */
  | "closed"
  /** The configuration does not accept those who read along in that channel. */
  | "readers-changed"
  /** Slack refuses this very message, and will refuse it again. */
  | "refused";

export class SlackError extends Error {
  override readonly name = "SlackError";
  readonly kind: SlackErrorKind;
  /** Slack's own word, for people and the log alone: what follows is decided by the kind. */
  readonly code: string;

  constructor(kind: SlackErrorKind, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.code = code;
  }
}

export interface Posted {
  readonly channel: string;
  readonly ts: string;
}

/**
 * Messages in Slack. A channel is one by its id, or the direct messages with a person by theirs; `plain` sends text alone, without
 * blocks and buttons. All of this happens within Slack's rate budgets. A post carries its key, so that it can be found again after a crash.
 * All of these throw SlackError; a rate limit is waited for inside.
 */
export interface Thread {
  post(message: { channel: string; thread?: string; key: string; view: View; plain?: boolean }): Promise<Posted>;
  /** Shows something to one person alone, in a channel in which they are. Slack shows it only while they are there, and keeps it nowhere. */
  whisper(message: { channel: string; person: string; view: View }): Promise<void>;
  /** Whether only one person reads there: their direct messages, or their id, which stands for these. */
  isPrivate(channel: string): boolean;
  /** A link to a message. */
  link(message: Posted): Promise<string | undefined>;
  /** The message that carries this key in the channel (or in the thread), if there is one. */
  find(place: { channel: string; thread?: string; key: string; since: number }): Promise<Posted | undefined>;
  /** Puts a text file into a thread; `name` is the file's and is found again in its thread. */
  upload(file: { channel: string; thread: string; name: string; title: string; text: string }): Promise<void>;
  hasFile(place: { channel: string; thread: string; name: string; since: number }): Promise<boolean>;
  /**
   * Draws a message again, under the key with which it was posted. `draw` is asked when its turn comes, so that what is sent is what is true then. Of several edits waiting
   * for one message only the newest is sent. `pressed`: a person waits to see it, so it goes before the others.
   */
  edit(message: Posted & { key: string; draw: () => View; pressed?: boolean; plain?: boolean }): Promise<void>;
}

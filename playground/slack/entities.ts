/** What the simulated workspace holds. */
export interface SlackPerson {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  /** The zone in which they are. */
  readonly tz?: string;
  readonly team_id?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_stranger?: boolean;
}

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  /** Whether the bot is in it. */
  readonly bot: boolean;
  /** Nobody posts or edits in it any more. */
  archived?: boolean;
  readonly is_private?: boolean;
  /** Whose direct messages with the app these are. */
  readonly im?: string;
  /** Shared with another organization. */
  is_ext_shared?: boolean;
  /** Ids of the people in it; left out = every member of the workspace. */
  members?: readonly string[];
}

export interface SlackMessage {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly thread: string | undefined;
  /** Whom alone it is shown to. */
  readonly only: string | undefined;
  text: string;
  blocks: readonly Block[];
  metadata: unknown;
  readonly files: readonly SlackFile[];
  edits: number;
  deleted: boolean;
}

export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly content: string;
}

/** A modal that is open on a person's screen. */
export interface SlackView {
  readonly id: string;
  readonly person: string;
  view: Readonly<Record<string, unknown>>;
  /** Changes whenever the view does. */
  hash?: string;
  /** The first view of its stack, and the one below it; left out = it is the first itself. */
  readonly root?: string;
  readonly previous?: string;
  /** What is wrong in it, by field, as the app said when it was submitted. */
  errors: Readonly<Record<string, string>>;
  /** What Slack itself says in it, where the app did not respond in time. */
  notice?: string | undefined;
}

/** People who are mentioned together; anybody in the workspace may be allowed to edit it. */
export interface SlackUsergroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
}

export type Block = Readonly<Record<string, unknown>> & { readonly type: string };

export const TEAM = "T0DOCK";
export const BOT = "U0DRYDOCK";
export const BOT_NAME = "drydock";
/** Who says what Slack itself says. */
export const SLACKBOT = "USLACKBOT";

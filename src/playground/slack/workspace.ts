/** What the simulated workspace holds. */
export interface SlackPerson {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
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
  readonly archived?: boolean;
  readonly is_private?: boolean;
  /** Shared with another organisation. */
  readonly is_ext_shared?: boolean;
  /** Ids of the people in it; left out = every member of the workspace. */
  readonly members?: readonly string[];
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
  /** What is wrong in it, by field, as the app said when it was submitted. */
  errors: Readonly<Record<string, string>>;
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

export const DEFAULT_PEOPLE: readonly SlackPerson[] = [
  { id: "U0ALICE", name: "alice", email: "alice@example.com" },
  { id: "U0BOB", name: "bob", email: "bob@example.com" },
  { id: "U0CAROL", name: "carol", email: "carol@example.com" },
  { id: "U0DAVE", name: "dave", email: "dave@example.com" },
  { id: "U0TWIN", name: "twin", email: "twin@example.com" },
  { id: "U0ELSE", name: "elsewhere", email: "alice@elsewhere.test" },
  { id: "U0GUEST", name: "guest", email: "alice@example.com", is_restricted: true },
  { id: "U0GONE", name: "gone", email: "gone@example.com", deleted: true },
  { id: "U0STRANGE", name: "stranger", email: "alice@example.com", team_id: "T0OTHER", is_stranger: true },
  { id: "U0ROBOT", name: "robot", is_bot: true },
];

export const DEFAULT_CHANNELS: readonly SlackChannel[] = [
  { id: "C0ONCALL", name: "on-call", bot: true },
  { id: "C0OPS", name: "operations", bot: true },
  { id: "C0RANDOM", name: "random", bot: false },
];

export const DEFAULT_USERGROUPS: readonly SlackUsergroup[] = [
  { id: "S0PLATFORM", handle: "platform", name: "Platform team", users: ["U0BOB", "U0CAROL"] },
];

export type Happening =
  | { readonly kind: "posted" | "edited" | "whispered"; readonly message: SlackMessage }
  /** A modal or the Home tab of this person changed. */
  | { readonly kind: "view"; readonly person: string };

/** People, channels and messages; tells its listeners what happens. */
export class Workspace {
  readonly messages: SlackMessage[] = [];
  readonly views = new Map<string, SlackView>();
  /** Files that are being uploaded, by id. */
  readonly uploads = new Map<string, { readonly name: string; content: string }>();
  /** Where files are uploaded to. */
  uploadUrl = "";
  /** Who did what a trigger_id was given for; each serves once, for three seconds. */
  readonly triggers = new Map<string, { readonly person: string; readonly until: number; used: boolean }>();
  readonly people: readonly SlackPerson[];
  readonly channels: readonly SlackChannel[];
  readonly usergroups: readonly SlackUsergroup[];
  /** What the app put into people's Home tabs, by person. */
  readonly homes = new Map<string, Readonly<Record<string, unknown>>>();
  /** While it is, every call with the bot's token is refused. */
  tokenRevoked = false;
  readonly #listeners = new Set<(happening: Happening) => void>();
  #last = 0;

  constructor(
    people: readonly SlackPerson[],
    channels: readonly SlackChannel[],
    usergroups: readonly SlackUsergroup[] = DEFAULT_USERGROUPS,
  ) {
    this.people = people;
    this.channels = channels;
    this.usergroups = usergroups;
  }

  on(listener: (happening: Happening) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(happening: Happening): void {
    for (const listener of this.#listeners) listener(happening);
  }

  /** What a person sees on top of everything else. */
  viewOf(person: string): SlackView | undefined {
    return [...this.views.values()].filter((view) => view.person === person).at(-1);
  }

  closeView(id: string): void {
    const view = this.views.get(id);
    this.views.delete(id);
    if (view) this.tell({ kind: "view", person: view.person });
  }

  add(message: Pick<SlackMessage, "channel" | "user" | "text" | "blocks"> & Partial<SlackMessage>): SlackMessage {
    const full: SlackMessage = {
      thread: undefined,
      only: undefined,
      metadata: undefined,
      files: [],
      ...message,
      ts: this.ts(),
      edits: 0,
      deleted: false,
    };
    this.messages.push(full);
    this.tell({ kind: full.only ? "whispered" : "posted", message: full });
    return full;
  }

  find(channel: string, ts: string): SlackMessage | undefined {
    return this.messages.find((message) => message.channel === channel && message.ts === ts && !message.deleted);
  }

  /** Seconds with six digits after the point, never the same twice. */
  ts(): string {
    this.#last = Math.max(this.#last + 1, Date.now() * 1000);
    return `${Math.floor(this.#last / 1e6)}.${String(this.#last % 1e6).padStart(6, "0")}`;
  }
}

import { DEFAULT_USERGROUPS } from "./defaults.ts";
import {
  BOT,
  BOT_NAME,
  SLACKBOT,
  type SlackChannel,
  type SlackFile,
  type SlackMessage,
  type SlackPerson,
  type SlackUsergroup,
  type SlackView,
} from "./entities.ts";

export { DEFAULT_CHANNELS, DEFAULT_PEOPLE } from "./defaults.ts";
export type * from "./entities.ts";
export { BOT, BOT_NAME, SLACKBOT, TEAM } from "./entities.ts";

export type Happening =
  | { readonly kind: "posted" | "edited" | "whispered" | "deleted"; readonly message: SlackMessage }
  /** A modal or the Home tab of this person changed. */
  | { readonly kind: "view"; readonly person: string };

/** People, channels and messages; tells its listeners what happens. */
export class Workspace {
  readonly messages: SlackMessage[] = [];
  readonly views = new Map<string, SlackView>();
  /** Files that are being uploaded, by id. */
  readonly uploads = new Map<string, { readonly name: string; content: string }>();
  /** Files that were uploaded, by id. */
  readonly files = new Map<string, SlackFile>();
  /** Where files are uploaded to, and where they are downloaded from. */
  uploadUrl = "";
  filesUrl = "";
  /** Who did what a trigger_id was given for; each serves once, for three seconds. */
  readonly triggers = new Map<string, { readonly person: string; readonly until: number; used: boolean }>();
  readonly people: readonly SlackPerson[];
  readonly channels: SlackChannel[];
  readonly usergroups: readonly SlackUsergroup[];
  /** What the app put into people's Home tabs, by person. */
  readonly homes = new Map<string, { readonly view: Readonly<Record<string, unknown>>; readonly hash: string }>();
  /** While it is, every call with the bot's token is refused. */
  tokenRevoked = false;
  readonly #listeners = new Set<(happening: Happening) => void>();
  readonly #now: () => number;
  #last = 0;

  constructor(
    people: readonly SlackPerson[],
    channels: readonly SlackChannel[],
    usergroups: readonly SlackUsergroup[] = DEFAULT_USERGROUPS,
    now: () => number = Date.now,
  ) {
    this.#now = now;
    this.people = people;
    this.channels = channels.map((channel) => ({ ...channel }));
    this.usergroups = usergroups;
  }

  on(listener: (happening: Happening) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(happening: Happening): void {
    for (const listener of this.#listeners) listener(happening);
  }

  person(id: unknown): SlackPerson | undefined {
    return this.people.find((person) => person.id === id);
  }

  channel(id: unknown): SlackChannel | undefined {
    return this.channels.find((channel) => channel.id === id);
  }

  /** The channel of a person's direct messages with the app, which is there from its first use on. */
  directMessages(person: string): SlackChannel {
    const id = `D${person}`;
    const known = this.channel(id);
    if (known) return known;
    const made: SlackChannel = { id, name: BOT_NAME, bot: true, is_private: true, im: person, members: [person] };
    this.channels.push(made);
    return made;
  }

  /** Ids of those who are in a channel, the app's own among them. */
  membersOf({ members, bot }: SlackChannel): readonly string[] {
    const everybody = this.people.filter((person) => !person.is_restricted && !person.is_stranger && !person.deleted);
    return [...(members ?? everybody.map(({ id }) => id)), ...(bot ? [BOT] : [])];
  }

  /** Nobody posts in it from now on, the app included. Throws where there is no such channel. */
  archive(id: string): void {
    this.#setArchived(id, true);
  }

  unarchive(id: string): void {
    this.#setArchived(id, false);
  }

  /** A channel is shared with another organization from now on, or no more. Throws where there is no such channel. */
  share(id: string, shared = true): void {
    this.#channelOf(id).is_ext_shared = shared;
  }

  /** Somebody joins a channel, guests too. Throws where there is no such channel. */
  join(id: string, person: string): void {
    const channel = this.#channelOf(id);
    const members = this.membersOf(channel).filter((member) => member !== BOT);
    channel.members = [...members, person];
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

  /** Takes a message away, as its author or an owner of the workspace can. Throws where there is none. */
  deleteMessage(channel: string, ts: string): void {
    const message = this.find(channel, ts);
    if (!message) throw new Error(`There is no message ${ts} in ${channel}.`);
    message.deleted = true;
    this.tell({ kind: "deleted", message });
  }

  /** Seconds with six digits after the point, never the same twice. */
  ts(): string {
    this.#last = Math.max(this.#last + 1, this.#now() * 1000);
    return `${Math.floor(this.#last / 1e6)}.${String(this.#last % 1e6).padStart(6, "0")}`;
  }

  #channelOf(id: string): SlackChannel {
    const channel = this.channel(id);
    if (!channel) throw new Error(`There is no channel ${id}.`);
    return channel;
  }

  #setArchived(id: string, archived: boolean): void {
    const channel = this.#channelOf(id);
    if (Boolean(channel.archived) === archived) return;
    channel.archived = archived;
    const text = archived ? "This channel was archived." : "This channel was unarchived.";
    this.add({ channel: id, user: SLACKBOT, text, blocks: [] });
  }
}

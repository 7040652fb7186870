/** What the page and its server say to each other; types alone, so that both sides may import it. */

export type Shape = Readonly<Record<string, unknown>>;

export interface ShownPerson {
  readonly id: string;
  readonly name: string;
  /** What is special about them, for whoever tries things out as them. */
  readonly about: string;
  /** Whether the page may act as them; a bot and a deleted account do nothing. */
  readonly acts: boolean;
}

export interface ShownChannel {
  readonly id: string;
  readonly name: string;
  /** Whether Drydock is in it. */
  readonly bot: boolean;
  readonly archived: boolean;
  readonly shared: boolean;
}

export interface ShownFile {
  readonly id: string;
  readonly title: string;
  /** In bytes. */
  readonly size: number;
}

export interface ShownMessage {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  /** The `ts` of the message under which it stands; null = it stands in the channel. */
  readonly thread: string | null;
  /** Only the person who looks sees it. */
  readonly whispered: boolean;
  readonly text: string;
  readonly blocks: readonly Shape[];
  readonly files: readonly ShownFile[];
  readonly edited: boolean;
  readonly deleted: boolean;
}

/** A modal that is open before the person. */
export interface ShownView {
  readonly id: string;
  readonly view: Shape;
  /** What is wrong in it, by block. */
  readonly errors: Readonly<Record<string, string>>;
  /** What Slack itself says in it, where the app did not respond; null = nothing. */
  readonly notice: string | null;
}

/** An entry that the app adds to the menu of a message. */
export interface ShownMenuEntry {
  readonly name: string;
  readonly callback: string;
}

export interface ShownCommand {
  readonly command: string;
  readonly description: string;
  readonly hint: string;
}

export interface ShownAgent {
  readonly name: string;
  /** As the server writes it; null = it was never contacted. */
  readonly status: string | null;
  readonly version: string;
  readonly inFlight: boolean;
  /** Its upgrade was started by somebody else than Drydock. */
  readonly elsewhere: boolean;
}

export interface ShownRelay {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly up: boolean;
  readonly agents: number;
}

/** The simulated server as it truly is, which neither Drydock nor a person in Slack can see. */
export interface ShownFleet {
  readonly agents: readonly ShownAgent[];
  readonly relays: readonly ShownRelay[];
  readonly diskFull: boolean;
  /** What is wrong with the server itself: `none` where nothing is. */
  readonly trouble: string;
  /** The most that Drydock ever had in flight at once. */
  readonly mostInFlight: number;
}

/** How many are left of each fault that was ordered, and whether the bot's token is revoked. */
export interface ShownFaults {
  readonly left: Readonly<Record<string, number>>;
  readonly tokenRevoked: boolean;
}

export interface FaultKind {
  readonly kind: string;
  readonly words: string;
}

export type PageEvent =
  | {
      readonly kind: "hello";
      readonly you: string;
      readonly bot: string;
      readonly people: readonly ShownPerson[];
      readonly channels: readonly ShownChannel[];
      readonly commands: readonly ShownCommand[];
      readonly messages: readonly ShownMessage[];
      readonly view: ShownView | null;
      readonly messageMenu: readonly ShownMenuEntry[];
      readonly home: Shape | null;
      readonly faultKinds: readonly FaultKind[];
    }
  | { readonly kind: "message"; readonly message: ShownMessage }
  | { readonly kind: "channels"; readonly channels: readonly ShownChannel[] }
  | { readonly kind: "view"; readonly view: ShownView | null }
  /** What the app put into the person's Home tab; null = nothing yet. */
  | { readonly kind: "home"; readonly home: Shape | null }
  | { readonly kind: "fleet"; readonly fleet: ShownFleet }
  | { readonly kind: "faults"; readonly faults: ShownFaults }
  /** What the demo plays at the moment (empty = nothing), and how fast the simulation goes, in words. */
  | { readonly kind: "playing"; readonly playing: string; readonly pace: string };

/** What a person does on the page: POST /do answers {ok: true} or, with status 400, {error}. */
export type PageAction =
  | { readonly type: "say"; readonly channel: string; readonly thread: string | null; readonly text: string }
  /** A button, or a choice in a select, on a message. */
  | { readonly type: "act"; readonly channel: string; readonly ts: string; readonly action: Shape }
  | { readonly type: "submit"; readonly view: string; readonly values: Shape }
  | { readonly type: "close"; readonly view: string; readonly values: Shape }
  | { readonly type: "open-home" }
  | { readonly type: "press-in-home"; readonly action: string; readonly label: string }
  /** Chosen from the menu of a message. */
  | { readonly type: "shortcut"; readonly channel: string; readonly ts: string; readonly callback: string }
  | { readonly type: "press-in-view"; readonly view: string; readonly label: string; readonly values: Shape }
  /** What fits into a search field; answers {ok: true, options}. */
  | { readonly type: "search"; readonly view: string; readonly block: string; readonly query: string }
  | { readonly type: "slack-fault"; readonly kind: string; readonly times: number }
  | { readonly type: "token"; readonly revoked: boolean }
  | { readonly type: "relay"; readonly relay: string; readonly up: boolean }
  | { readonly type: "upgrade-relay"; readonly relay: string }
  | { readonly type: "disk"; readonly full: boolean }
  | { readonly type: "elsewhere"; readonly agents: number }
  | { readonly type: "trouble"; readonly trouble: string };

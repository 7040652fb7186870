import type {
  FaultKind,
  PageEvent,
  Shape,
  ShownChannel,
  ShownCommand,
  ShownFaults,
  ShownFleet,
  ShownMenuEntry,
  ShownMessage,
  ShownPerson,
  ShownView,
} from "../protocol.ts";

/** What stands before one person's eyes. */
export interface Screen {
  readonly you: string;
  readonly bot: string;
  readonly people: readonly ShownPerson[];
  readonly channels: readonly ShownChannel[];
  readonly commands: readonly ShownCommand[];
  /** In the order in which they were posted. */
  readonly messages: readonly ShownMessage[];
  readonly view: ShownView | null;
  readonly messageMenu: readonly ShownMenuEntry[];
  readonly home: Shape | null;
  readonly fleet: ShownFleet | undefined;
  readonly faults: ShownFaults | undefined;
  readonly faultKinds: readonly FaultKind[];
  readonly pace: string;
  /** What the demo plays at the moment; empty = nothing. */
  readonly playing: string;
}

export const NOTHING_YET: Screen = {
  you: "",
  bot: "",
  people: [],
  channels: [],
  commands: [],
  messages: [],
  view: null,
  messageMenu: [],
  home: null,
  fleet: undefined,
  faults: undefined,
  faultKinds: [],
  pace: "",
  playing: "",
};

export function evolve(screen: Screen, event: PageEvent): Screen {
  switch (event.kind) {
    case "hello": {
      const { kind: _kind, ...rest } = event;
      return { ...screen, ...rest };
    }
    case "message":
      return { ...screen, messages: withMessage(screen.messages, event.message) };
    case "channels":
      return { ...screen, channels: event.channels };
    case "view":
      return { ...screen, view: event.view };
    case "home":
      return { ...screen, home: event.home };
    case "fleet":
      return { ...screen, fleet: event.fleet };
    case "faults":
      return { ...screen, faults: event.faults };
    case "playing":
      return { ...screen, playing: event.playing, pace: event.pace };
  }
}

function withMessage(messages: readonly ShownMessage[], message: ShownMessage): readonly ShownMessage[] {
  const at = messages.findIndex(({ ts, channel }) => ts === message.ts && channel === message.channel);
  return at < 0 ? [...messages, message] : messages.with(at, message);
}

/** Until which message somebody has read each place: a channel's id, or a channel's id and a thread. */
export type Seen = Readonly<Record<string, string>>;

export function placeOf(message: Pick<ShownMessage, "channel" | "thread">): string {
  return message.thread === null ? message.channel : `${message.channel} ${message.thread}`;
}

/** What is newer than what was read, in a channel or a thread. One's own words are never new. */
export function unreadIn(screen: Screen, seen: Seen, place: string): readonly ShownMessage[] {
  return screen.messages.filter(
    (message) =>
      !message.deleted && message.user !== screen.you && placeOf(message) === place && message.ts > (seen[place] ?? ""),
  );
}

export function mentions(message: ShownMessage, person: string): boolean {
  return `${message.text} ${JSON.stringify(message.blocks)}`.includes(`<@${person}>`);
}

export function newest(screen: Screen, place: string): string {
  return screen.messages.findLast((message) => placeOf(message) === place)?.ts ?? "";
}

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { PageAction } from "../protocol.ts";
import { NOTHING_YET, type Screen } from "./store.ts";

/** What every part of the page may read, and the one way in which it does something. */
export interface Page {
  readonly screen: Screen;
  /** Undefined where it could not be done: the page has said so then. */
  readonly perform: (action: PageAction) => Promise<Readonly<Record<string, unknown>> | undefined>;
  /** The message that a link was followed to; a new object each time. */
  readonly target: LinkedMessage | undefined;
  readonly follow: (to: LinkedMessage) => void;
}

/** What a link to a message names, as Slack writes it: /archives/CHANNEL/pTS?thread_ts=TS */
export interface LinkedMessage {
  readonly channel: string;
  readonly ts: string;
  readonly thread: string | undefined;
}

/** The message that this links to; undefined where it is a link to something else. */
export function linkedMessage(url: string): LinkedMessage | undefined {
  const [, channel, seconds, rest, thread] =
    /\/archives\/(\w+)\/p(\d+)(\d{6})(?:\?thread_ts=([\d.]+))?/.exec(url) ?? [];
  return channel === undefined ? undefined : { channel, ts: `${seconds}.${rest}`, thread };
}

export const PageContext = createContext<Page>({
  screen: NOTHING_YET,
  perform: async () => undefined,
  target: undefined,
  follow: () => {},
});

export function usePage(): Page {
  return useContext(PageContext);
}

export function nameOf(screen: Screen, person: string): string {
  if (person === screen.bot) return "drydock";
  if (person === "USLACKBOT") return "Slackbot";
  return screen.people.find(({ id }) => id === person)?.name ?? person;
}

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { PageAction } from "../protocol.ts";
import { NOTHING_YET, type Screen } from "./store.ts";

/** What every part of the page may read, and the one way in which it does something. */
export interface Page {
  readonly screen: Screen;
  /** Undefined where it could not be done: the page has said so then. */
  readonly perform: (action: PageAction) => Promise<Readonly<Record<string, unknown>> | undefined>;
}

export const PageContext = createContext<Page>({ screen: NOTHING_YET, perform: async () => undefined });

export function usePage(): Page {
  return useContext(PageContext);
}

export function nameOf(screen: Screen, person: string): string {
  if (person === screen.bot) return "drydock";
  if (person === "USLACKBOT") return "Slackbot";
  return screen.people.find(({ id }) => id === person)?.name ?? person;
}

import { OTHERS } from "./workspace.ts";

interface Stored {
  readonly stream: string;
  readonly type: string;
  readonly actor: string;
  readonly callId?: string;
  readonly data: unknown;
}

/** Slack's id of a person: an operator on the host is none. */
const IN_SLACK = /^U/;
/** What people did in Slack without the name of their call: there should be none. Other Slacks may name no calls. */
export function withoutCall(events: readonly Stored[]): readonly string[] {
  if (OTHERS !== undefined) return [];
  return events
    .filter(({ actor, callId, type, data }) => {
      // They opened the page, which is no call.
      const isHome = type === "person.asked" && (data as { readonly command?: string }).command === "home";
      return IN_SLACK.test(actor) && callId === undefined && !isHome;
    })
    .map(({ stream, type }) => `${stream} ${type} does not name the call from which it follows`);
}

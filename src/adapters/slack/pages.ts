import { slackError, toSlackError } from "./slack-error.ts";

const MAX_PAGES = 30;

interface Page {
  readonly response_metadata?: { readonly next_cursor?: string };
}

/** Reads a list of Slack's to its end. @param what as in toSlackError. */
export async function pages<P extends Page>(
  what: string,
  read: (cursor: { readonly cursor?: string }) => Promise<P>,
  take: (page: P) => void,
): Promise<void> {
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await read(cursor ? { cursor } : {}).catch((error: unknown) => {
      throw toSlackError(what, error);
    });
    take(answer);
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) return;
  }
  throw slackError("too_many", `There are more than ${MAX_PAGES} pages to read in order to ${what}.`);
}

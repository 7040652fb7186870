import type { View } from "./view.ts";

/** Somebody wants something: typed after the slash word, said to the bot in a thread, or by a button. */
export type Call = {
  /** Slack's id of the person, from the payload's `user` and from nowhere else. */
  readonly person: string;
  readonly channel: string;
  /** The `ts` of the thread's first message, where it was said in a thread or pressed on a message. */
  readonly thread?: string;
} & (
  | { readonly via: "slash" | "mention"; readonly text: string }
  | { readonly via: "button"; readonly command: string; readonly args: readonly string[] }
);

/** What the person is told, for their eyes alone. */
export interface Reply {
  readonly view: View;
}

/** The whole of Drydock as Slack sees it. Never throws: whatever goes wrong becomes a sentence. */
export type Answer = (call: Call) => Promise<Reply>;

/**
 * Something the person can put right: said to them as it stands, without a stack.
 * Everything else that is thrown is a bug: the person gets an id, the log gets the rest.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

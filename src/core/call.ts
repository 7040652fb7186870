import type { Secret } from "./secret.ts";
import type { Choice, Shown, View } from "./view.ts";

/** Somebody wants something: typed after the slash word, said to the bot in a thread, by a button, or by a form. */
export type Call = {
  /** What the call is named in Slack's payload; left out where it has no name. The log and the ledger repeat it. */
  readonly id?: string | undefined;
  /** Slack's id of the person, from the payload's `user` and from nowhere else. */
  readonly person: string;
  readonly channel: string;
  /** The `ts` of the thread's first message, where it was said in a thread or pressed on a message. */
  readonly thread?: string;
  /** For how long a form can be opened in answer to it, in ms; left out = there is no hurry. */
  readonly formWithin?: number;
} & (
  | {
      readonly via: "slash" | "mention";
      readonly text: string;
      /** The ids of the people whom the text names, by how each of them is written there. */
      readonly people?: Readonly<Record<string, string>>;
    }
  | { readonly via: "button"; readonly command: string; readonly args: readonly string[] }
  /** Chosen from the menu of a message, with what that message says. */
  | { readonly via: "shortcut"; readonly command: string; readonly text: string }
  | {
      readonly via: "form";
      readonly command: string;
      readonly args: readonly string[];
      readonly values: FormValues;
      /** What was filled into secret fields, by the field's id: apart from the values, which are written down. */
      readonly secrets?: Readonly<Record<string, Secret>>;
    }
);

/** Who calls, and what the call is named. */
export type Caller = Pick<Call, "id" | "person">;

/** What was filled into a form, by the field's id; empty = nothing. */
export type FormValues = Readonly<Record<string, readonly string[]>>;

/** What is asked while somebody types into a search field. */
export interface Search {
  readonly person: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly field: string;
  readonly query: string;
}

/** The whole of Drydock as Slack sees it. Never throws: whatever goes wrong becomes a sentence. */
export interface Answer {
  /**
   * `show` is called with what could be shown before the answer is there, and says whether the person gets to see it: each replaces
   * what was shown before. `amend` takes what is true since, and says whether the answer can still be corrected.
   */
  call(call: Call, show: (shown: Shown) => boolean, amend?: (view: View) => boolean): Promise<Shown>;
  search(search: Search): Promise<readonly Choice[]>;
  /** The person's own page as it is now; undefined if they have asked for it too often. */
  home(person: string, channel: string): Promise<Shown | undefined>;
}

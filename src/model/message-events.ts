/** A message is announced before it is posted, so that it is looked for before it is posted again. */
export type MessageEvent =
  | {
      readonly type: "message.posting";
      /** `thread`: null for a message outside of any; absent where an earlier version did not say. */
      readonly data: {
        readonly key: string;
        readonly channel: string;
        readonly thread?: string | null;
        readonly text: string;
      };
    }
  | {
      readonly type: "message.posted";
      readonly data: { readonly key: string; readonly channel: string; readonly ts: string };
    }
  /** What was posted in a channel is shown in another one from now on, all of it. */
  | { readonly type: "message.left"; readonly data: { readonly channel: string; readonly to: string } }
  /** Whether a posted message still shows what is no longer true: then it is drawn again, also by the next process. */
  | { readonly type: "message.stale"; readonly data: { readonly key: string; readonly stale: boolean } };

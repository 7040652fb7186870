import type { Posted, Thread } from "../core/ports.ts";
import type { View } from "../core/view.ts";

/** What Slack shows of messages that were sent since Drydock started: one that shows what it should is not edited. */
export interface Shown {
  /** It was posted, or stays as it is. */
  set(message: Posted, view: View): void;
  /** Edits a message that shows something else. `draw` is asked now, to compare, and again when the edit is sent. */
  edit(
    message: Posted & { readonly key: string },
    draw: () => View,
    options?: { readonly pressed?: boolean },
  ): Promise<void>;
}

export function createShown(thread: Thread): Shown {
  const shown = new Map<string, string>();
  /** What was sent last and has no answer yet. */
  const sending = new Map<string, { drawn: string }>();

  return {
    set: (message, view) => void shown.set(markOf(message), JSON.stringify(view)),
    async edit(message, draw, { pressed = false } = {}) {
      const mark = markOf(message);
      if ((sending.get(mark)?.drawn ?? shown.get(mark)) === JSON.stringify(draw())) return;
      const mine = { drawn: "" };
      const drawNow = () => {
        const view = draw();
        mine.drawn = JSON.stringify(view);
        sending.set(mark, mine);
        return view;
      };
      try {
        await thread.edit({ ...message, draw: drawNow, pressed });
        // Another edit may have been drawn in place of this one, or after it.
        if (sending.get(mark) === mine) shown.set(mark, mine.drawn);
      } catch (error) {
        shown.delete(mark);
        throw error;
      } finally {
        if (sending.get(mark) === mine) sending.delete(mark);
      }
    },
  };
}

function markOf({ channel, ts }: Posted): string {
  return `${channel} ${ts}`;
}

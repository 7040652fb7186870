import type { Posted, Thread } from "../core/ports.ts";
import type { View } from "../core/view.ts";

/** What Slack shows of rollouts' messages that were sent since Drydock started: one that shows what it should is not edited. */
export interface Shown {
  /** It was posted, or stays as it is. */
  set(rollout: string, message: Posted, view: View): void;
  /**
   * Edits a message that shows something else. `draw` is asked now, to compare, and again when the edit is sent. Fulfilled once Slack
   * shows it.
   */
  edit(
    rollout: string,
    message: Posted & { readonly key: string },
    draw: () => View,
    options?: { readonly pressed?: boolean },
  ): Promise<void>;
  /** Forgets the messages of all other rollouts. */
  keepOnly(rollouts: ReadonlySet<string>): void;
}

interface Drawn {
  readonly view: View;
  readonly json: string;
}

interface Sending extends Drawn {
  readonly answer: () => Promise<void>;
}

export function createShown(thread: Thread): Shown {
  /** By rollout, then by message. */
  const shown = new Map<string, Map<string, Drawn>>();
  /** What was sent last and has no answer yet. */
  const sending = new Map<string, Sending>();

  function keep(rollout: string, mark: string, drawn: Drawn): void {
    const messages = shown.get(rollout) ?? new Map<string, Drawn>();
    shown.set(rollout, messages.set(mark, drawn));
  }

  return {
    set: (rollout, message, view) => keep(rollout, markOf(message), drawn(view)),
    async edit(rollout, message, draw, { pressed = false } = {}) {
      const mark = markOf(message);
      const inTransit = sending.get(mark);
      const before = inTransit ?? shown.get(rollout)?.get(mark);
      // Slack may still refuse what is in transit, so each caller learns the answer.
      if (before && isSame(before, draw())) return inTransit?.answer();
      let mine: Sending | undefined;
      const drawNow = () => {
        const view = draw();
        mine = { ...drawn(view), answer: () => answer };
        sending.set(mark, mine);
        return view;
      };
      const answer: Promise<void> = thread.edit({ ...message, draw: drawNow, pressed });
      try {
        await answer;
        // Another edit may have been drawn in place of this one, or after it.
        if (mine && sending.get(mark) === mine) keep(rollout, mark, mine);
      } catch (error) {
        shown.get(rollout)?.delete(mark);
        throw error;
      } finally {
        if (mine && sending.get(mark) === mine) sending.delete(mark);
      }
    },
    keepOnly(rollouts) {
      for (const rollout of shown.keys()) if (!rollouts.has(rollout)) shown.delete(rollout);
    },
  };
}

function drawn(view: View): Drawn {
  return { view, json: JSON.stringify(view) };
}

/** A card that has not changed is mostly the very same view, which costs nothing to compare. */
function isSame({ view, json }: Drawn, now: View): boolean {
  return view === now || json === JSON.stringify(now);
}

function markOf({ channel, ts }: Posted): string {
  return `${channel} ${ts}`;
}

import { say, type View } from "../../core/view.ts";
import type { Use } from "./drafts.ts";

/** What a later press on a plan shows. The first one may still be at work. @param word what commands begin with. */
export function usedView(by: Use, word: string): View {
  return say(
    "plan-used",
    by === "cancel"
      ? "This plan was cancelled: nothing was started. To make it again, type its command."
      : `This plan was used already: the first press counts, and this one changes nothing. What came of it: ${word} rollouts`,
  );
}

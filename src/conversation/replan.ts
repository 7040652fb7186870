import { UserError } from "../core/user-error.ts";
import { isView, type Shown } from "../core/view.ts";
import type { CommandContext } from "./command.ts";

/** A button or form of a plan that Drydock does not have any more (it restarted, or half an hour has passed): plans again and says so. */
export async function replan(said: string | undefined, context: CommandContext): Promise<Shown> {
  const notice =
    context.call.via === "form"
      ? "Drydock no longer has the plan that you changed, so it made it again without your changes. Press Adjust to make them."
      : "Drydock no longer has the plan that you saw, so it made a new one. Check it before you start.";
  return rerun(wordsOf(said), context, notice);
}

/** Makes the plan that these words make, with a notice above it. */
export async function rerun(words: readonly string[], context: CommandContext, notice?: string): Promise<Shown> {
  const shown = await context.rerun(words);
  if (shown === undefined)
    throw new UserError(
      "plan-too-old",
      `This plan is too old to be started. Make it again, for example with ${context.word} upgrade-required.`,
    );
  if (notice === undefined || !isView(shown)) return shown;
  return { ...shown, parts: [{ kind: "text", lines: [[notice]] }, ...shown.parts] };
}

function wordsOf(said: string | undefined): readonly string[] {
  try {
    const value: unknown = JSON.parse(said ?? "[]");
    return Array.isArray(value) && value.every((word) => typeof word === "string") ? value : [];
  } catch {
    return [];
  }
}

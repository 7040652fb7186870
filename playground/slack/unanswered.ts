import { shapeOf } from "./checks.ts";
import { SLACKBOT, type Workspace } from "./workspace.ts";

/** What Slack says in a form that the app did not answer as it should. */
export const TROUBLE = "We had some trouble connecting. Try again?";

/** What Slack shows to the person alone when an app does not acknowledge in time. */
export function tellUnanswered(workspace: Workspace, payload: unknown): void {
  const { type, command, channel_id, user_id, user, channel, view } = shapeOf(payload);
  // The search itself says that nothing came.
  if (type === "block_suggestion") return;
  const shown = workspace.views.get(String(shapeOf(view).id));
  if (shown) {
    shown.notice = TROUBLE;
    workspace.tell({ kind: "view", person: shown.person });
    return;
  }
  const text = command
    ? `${String(command)} failed because the app did not respond.`
    : "This app did not respond. Try again, or ask the people who run it.";
  workspace.add({
    channel: String(channel_id ?? shapeOf(channel).id ?? ""),
    user: SLACKBOT,
    text,
    blocks: [],
    only: String(user_id ?? shapeOf(user).id ?? ""),
  });
}

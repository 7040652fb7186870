import { SlackError } from "../core/ports.ts";

/** Whether a message can no longer be edited, or a thread be answered, whatever is tried. */
export function isOutOfReach(error: unknown): error is SlackError {
  return error instanceof SlackError && ["gone", "closed", "readers-changed"].includes(error.kind);
}

/** Whether Slack will refuse this message the next time as well, for what it is: another one may go. */
export function isContentRefused(error: unknown): error is SlackError {
  return error instanceof SlackError && error.kind === "refused";
}

import { SlackError } from "../ports.ts";

/** Our word for a channel whose readers the configuration does not accept any more. */
export const READERS_CHANGED = "readers_changed";
/** Slack's words for "the bot cannot write there"; those for a restriction begin with `restricted_action`. */
const CLOSED_CHANNELS = new Set([
  ...["not_in_channel", "channel_not_found", "is_archived", "is_inactive", "messages_tab_disabled"],
  ...["cannot_dm_bot", "user_not_found", "user_disabled", READERS_CHANGED],
]);
const RESTRICTED = "restricted_action";
/** Slack's words for a message that somebody deleted, with its thread, or that can be drawn no more for another reason. */
const GONE = new Set(["message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"]);
/** Slack's words, and ours, for what keeps it from taking anything at all: another message would fare no better. */
const AWAY = new Set([
  ...["unreachable", "ratelimited", "closing", "queue_full", "service_unavailable"],
  ...["token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"],
]);
/** Slack's words for what passes, or for what the app may not do: neither is about one message. */
const NOT_ABOUT_IT = new Set([
  ...["internal_error", "fatal_error", "request_timeout", "no_ts", "missing_scope", "no_permission", "accesslimited"],
  ...["access_denied", "ekm_access_denied", "org_login_required", "team_access_not_granted", "not_allowed_token_type"],
]);

export function isAway({ code }: SlackError): boolean {
  return AWAY.has(code);
}

/** Whether the message that was to be edited, or the thread that was to be answered, is there no more. */
export function isGone({ code }: SlackError): boolean {
  return GONE.has(code);
}

/** Whether a message can no longer be edited, or a thread be answered, whatever is tried. */
export function isOutOfReach(error: unknown): error is SlackError {
  return error instanceof SlackError && isClosed(error);
}

/** Whether Slack will refuse this message the next time as well, for what it is: another one may go. */
export function isContentRefused(error: unknown): error is SlackError {
  return error instanceof SlackError && !isClosed(error) && !isAway(error) && !NOT_ABOUT_IT.has(error.code);
}

function isClosed(error: SlackError): boolean {
  return isGone(error) || CLOSED_CHANNELS.has(error.code) || error.code.startsWith(RESTRICTED);
}

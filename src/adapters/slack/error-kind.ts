import type { SlackErrorKind } from "../../core/ports.ts";

/** Slack's words for a time in which it takes nothing. */
const BUSY = ["ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "team_added_to_org"];

/** Slack's words for each kind. One that is not here is about the message. Source: the errors that Slack documents. */
export const SLACK_CODES = {
  away: [
    ...["unreachable", "closing", "queue_full", ...BUSY],
    ...["token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"],
  ],
  passing: ["fatal_error", "internal_error", "no_ts", "request_timeout", "update_failed"],
  "not-allowed": [
    ...["missing_scope", "no_permission", "accesslimited", "access_denied", "ekm_access_denied"],
    ...["org_login_required", "team_access_not_granted", "not_allowed_token_type"],
  ],
  gone: ["message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"],
  closed: [
    ...["not_in_channel", "channel_not_found", "is_archived", "is_inactive", "messages_tab_disabled"],
    ...["cannot_dm_bot", "user_not_found", "user_disabled"],
  ],
} as const;

/** Slack's words for trouble that ends by itself. */
export const PASSING = new Set<string>([...BUSY, ...SLACK_CODES.passing]);

/** The words for a restriction begin with this. */
const RESTRICTED = "restricted_action";

const KINDS = new Map<string, SlackErrorKind>(
  Object.entries(SLACK_CODES).flatMap(([kind, codes]) => codes.map((code) => [code, kind as SlackErrorKind] as const)),
);

export function errorKind(code: string): SlackErrorKind {
  return KINDS.get(code) ?? (code.startsWith(RESTRICTED) ? "closed" : "refused");
}

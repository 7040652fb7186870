import { WebAPIPlatformError, WebAPIRateLimitedError, WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { isRefusal, toSlackError } from "../../../src/adapters/slack/slack-error.ts";

test.each([
  ["invalid_auth", "away"],
  ["service_unavailable", "away"],
  ["rate_limited", "away"],
  ["message_limit_exceeded", "away"],
  ["team_added_to_org", "away"],
  ["internal_error", "passing"],
  ["update_failed", "passing"],
  ["missing_scope", "not-allowed"],
  ["message_not_found", "gone"],
  ["channel_not_found", "closed"],
  ["restricted_action_thread_locked", "closed"],
  ["invalid_blocks", "refused"],
  ["a_word_of_tomorrow", "refused"],
])("%s means %s", (code, kind) => {
  const error = toSlackError("post", new WebAPIPlatformError({ ok: false, error: code }));
  expect(error).toMatchObject({ kind, code });
});

test("no answer, and a rate limit, mean that Slack takes nothing now", () => {
  expect(toSlackError("post", new Error("socket hang up"))).toMatchObject({ kind: "away", code: "unreachable" });
  expect(toSlackError("post", new WebAPIRateLimitedError(30))).toMatchObject({ kind: "away", code: "ratelimited" });
});

test.each([
  ["rate_limited", false],
  ["service_unavailable", false],
  ["team_added_to_org", false],
  ["internal_error", false],
  ["invalid_auth", true],
  ["missing_scope", true],
])("whether Slack answers %s the next time as well: %s", (code, isSo) => {
  expect(isRefusal(new WebAPIPlatformError({ ok: false, error: code }))).toBe(isSo);
});

test.each(["<html><body>Sign in to the network</body></html>", "", "{}", '{"ok":false,"error":{"code":1}}'])(
  "what is no answer of Slack's is neither its word nor its refusal: %s",
  async (body) => {
    const client = new WebClient("xoxb-1", { fetch: async () => new Response(body), retryConfig: { retries: 0 } });
    const error: unknown = await client.auth.test().catch((error: unknown) => error);
    expect(isRefusal(error)).toBe(false);
    expect(toSlackError("identify Drydock", error)).toMatchObject({ kind: "away", code: "unreachable" });
  },
);

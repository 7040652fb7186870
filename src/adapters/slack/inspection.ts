import type { WebClient } from "@slack/web-api";
import type { ExpectedToken, SlackInspection, TokenAnswer } from "../../core/inspection.ts";
import { SCOPES } from "./scopes.ts";
import { toSlackError } from "./slack-error.ts";

/** Slack's words for a token that it does not take. */
const REFUSED: ReadonlySet<string> = new Set([
  ...["invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"],
  ...["not_allowed_token_type", "missing_scope"],
]);

const BOT_TOKEN: ExpectedToken = { looksLike: "xoxb-…" };
const APP_TOKEN: ExpectedToken = { looksLike: "xapp-…", scope: "connections:write" };

/** @param appToken the app's token, if a connection of Socket Mode is to be asked for. */
export function createSlackInspection(client: WebClient, appToken: string | undefined): SlackInspection {
  return {
    async botToken() {
      try {
        // The SDK takes the scopes from a header of the answer.
        const has = (await client.auth.test()).response_metadata?.scopes;
        return { kind: "accepted", missing: has && SCOPES.filter((scope) => !has.includes(scope)) };
      } catch (error) {
        return refusalIn("identify Drydock", error, BOT_TOKEN);
      }
    },
    appToken:
      appToken === undefined
        ? undefined
        : async () => {
            try {
              await client.apps.connections.open({ token: appToken });
              return { kind: "accepted", missing: undefined };
            } catch (error) {
              return refusalIn("open a connection of Socket Mode", error, APP_TOKEN);
            }
          },
    async channel(id) {
      try {
        const { channel } = await client.conversations.info({ channel: id });
        return { archived: channel?.is_archived === true, hasBot: channel?.is_member === true };
      } catch (error) {
        const failure = toSlackError("describe a channel", error);
        if (failure.code === "channel_not_found") return undefined;
        throw failure;
      }
    },
  };
}

/** Throws SlackError if the answer was about something else than the token. */
function refusalIn(what: string, error: unknown, expected: ExpectedToken): TokenAnswer {
  const failure = toSlackError(what, error);
  if (REFUSED.has(failure.code)) return { kind: "refused", word: failure.code, expected };
  if (failure.code === "ratelimited") return { kind: "asked-too-often" };
  throw failure;
}

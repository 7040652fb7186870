import type { WebClient } from "@slack/web-api";
import type { SlackInspection, TokenAnswer } from "../../core/inspection.ts";
import { toSlackError } from "./failure.ts";

/** Slack's words for a token that it does not take. */
const REFUSED: ReadonlySet<string> = new Set([
  ...["invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"],
  ...["not_allowed_token_type", "missing_scope"],
]);

/** @param appToken the app's token, if a connection of Socket Mode is to be asked for. */
export function createSlackInspection(client: WebClient, appToken: string | undefined): SlackInspection {
  return {
    async botToken() {
      try {
        // The SDK takes the scopes from a header of the answer.
        return { kind: "accepted", scopes: (await client.auth.test()).response_metadata?.scopes };
      } catch (error) {
        return refusalIn("identify Drydock", error);
      }
    },
    appToken:
      appToken === undefined
        ? undefined
        : async () => {
            try {
              await client.apps.connections.open({ token: appToken });
              return { kind: "accepted", scopes: undefined };
            } catch (error) {
              return refusalIn("open a connection of Socket Mode", error);
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
function refusalIn(what: string, error: unknown): TokenAnswer {
  const failure = toSlackError(what, error);
  if (REFUSED.has(failure.code)) return { kind: "refused", word: failure.code };
  if (failure.code === "ratelimited") return { kind: "asked-too-often" };
  throw failure;
}

import { WebAPIPlatformError, WebAPIRateLimitedError } from "@slack/web-api";
import { SlackError } from "../../app/ports.ts";

/** The web client's error as the port's: Slack's own word where Slack answered. */
export function toSlackError(what: string, error: unknown): SlackError {
  if (error instanceof SlackError) return error;
  if (error instanceof WebAPIPlatformError)
    return new SlackError(error.data.error, `Slack refused to ${what}: ${error.data.error}`);
  if (error instanceof WebAPIRateLimitedError)
    return new SlackError("ratelimited", `Slack wants to be asked to ${what} less often.`);
  return new SlackError("unreachable", `Slack gave no answer when asked to ${what}.`);
}

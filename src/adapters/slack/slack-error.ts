import { WebAPIPlatformError, WebAPIRateLimitedError } from "@slack/web-api";
import { OperatorError, SlackError } from "../../core/ports.ts";
import { errorKind, PASSING } from "./error-kind.ts";

const WORD = /^[\w.-]{1,100}$/;

/** Slack's own word for an error; undefined if something else answered. The web client takes a page of a proxy for such a word. */
export function wordOf(error: unknown): string | undefined {
  const word: unknown = error instanceof WebAPIPlatformError ? error.data.error : undefined;
  return typeof word === "string" && WORD.test(word) ? word : undefined;
}

/** Whether Slack has answered, and will answer the same the next time: a token that it does not take, a scope that is missing. */
export function isRefusal(error: unknown): error is WebAPIPlatformError {
  const word = wordOf(error);
  return word !== undefined && !PASSING.has(word);
}

/** @param code Slack's own word, or one of ours. */
export function slackError(code: string, message: string, options?: ErrorOptions): SlackError {
  return new SlackError(errorKind(code), code, message, options);
}

/** The web client's error as the port's: Slack's own word where Slack answered. */
export function toSlackError(what: string, error: unknown): SlackError {
  if (error instanceof SlackError) return error;
  const word = wordOf(error);
  if (word !== undefined) return slackError(word, `Slack refused to ${what}: ${word}`, { cause: error });
  if (error instanceof WebAPIRateLimitedError)
    return slackError("ratelimited", `Slack allows requests to ${what} less often.`);
  return slackError("unreachable", `Slack gave no answer when asked to ${what}.`);
}

/** Slack refused a token: the operator has to set another one. */
export class SlackTokenError extends OperatorError {
  override readonly name = "SlackTokenError";

  /** @param variable the token's place in the environment. @param word Slack's own, e.g. `invalid_auth`. */
  constructor(variable: "SLACK_BOT_TOKEN" | "SLACK_APP_TOKEN", word: string) {
    const [whose, form] = variable === "SLACK_BOT_TOKEN" ? ["bot's", "xoxb-…"] : ["app's", "xapp-…"];
    super(
      `Slack does not accept the ${whose} token: ${word}. Expected ${variable} to be the token of an installed app, e.g. ${form}. The app's settings show it.`,
    );
  }
}

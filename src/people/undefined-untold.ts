import { SlackError } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { ServerError } from "../model/deploy-server.ts";

/** For a look at what a person may do: what Slack or the server does not tell is not known. Throws any other error. */
export function undefinedUntold(error: unknown): undefined {
  if (error instanceof UserError || error instanceof ServerError || error instanceof SlackError) return undefined;
  throw error;
}

import { type Cause, cause } from "../core/cause.ts";
import { UserError } from "../core/user-error.ts";
import type { ServerError } from "../model/deploy-server.ts";

/** Why somebody's identity or rights do not carry a rollout any more, from what was thrown when they were read. */
export function notAuthorized(who: "owner" | "requester", error: UserError | ServerError): Cause {
  if (!(error instanceof UserError)) return cause("owner-unread", { trouble: error.trouble });
  const { why, code } = error;
  if (why && why.code !== "not-authorized") return why;
  return cause("not-authorized", { who, error: why ? why.params.error : code });
}

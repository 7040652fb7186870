import type { RequestRefusal } from "../model/rollout/request.ts";

/** Why a press on a request does nothing, for the person who pressed. */
export function requestRefusal(why: RequestRefusal): string {
  const { rollout: id } = why;
  switch (why.code) {
    case "not-requested":
      return `${id} was started without a request: there is nothing to approve.`;
    case "closed":
      return `${id} was ${CLOSED[why.how]} already.`;
    case "replaced":
      return `This button belongs to an older request of ${id}: what it asked for has changed since. Look at its card.`;
    case "not-waiting":
      return `${id} is not waiting for approval any more.`;
    case "expired":
      return `The request of ${id} has expired. It can be asked again.`;
    case "has-approvals":
      return `${id} has the approvals that it needs already.`;
    case "own-rollout":
      return `You asked for ${id} or owned it, so another person has to approve it.`;
    case "own-other-account":
      return `On ${why.server} you are ${why.user}, who asked for ${id} or owned it from another Slack account. Another person has to approve it.`;
    case "approved-by-you":
      return `You approved ${id} already.`;
    case "approved-by-same-user":
      return `${why.user} approved ${id} already, from another Slack account: one user of the server counts once.`;
    case "no-reason":
      return "A denial requires a reason.";
    case "not-requester":
      return `Only the requester of ${id} can withdraw it. An approver can deny it.`;
  }
}

const CLOSED = { denied: "denied", withdrawn: "withdrawn", expired: "closed because it expired" } as const;

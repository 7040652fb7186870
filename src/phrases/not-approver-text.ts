import type { Sentence } from "../core/sentence.ts";
import { approverWords } from "../gates/describe-policy.ts";
import type { Approvers } from "../model/policy.ts";

/** Why a person may not approve. */
export interface NotApprover {
  /** They are in a usergroup that may, without its permissions; or only newer rules would let them. */
  readonly code: "no-permissions" | "not-when-asked" | "no-approver";
  /** Who they are on the server. */
  readonly user: string;
  readonly server: string;
  /** Who may. */
  readonly approvers: Approvers;
}

export function notApproverText(why: NotApprover): Sentence {
  return [reason(why), " Who can: ", ...approverWords(why.approvers), "."];
}

function reason({ code, user, server, approvers }: NotApprover): string {
  switch (code) {
    case "no-permissions":
      return `You are in a usergroup of approvers, but ${user} does not hold ${approvers.usergroupPermissions.join(", ")} on ${server}, which approvers also need.`;
    case "not-when-asked":
      return `${user} may approve rollouts on ${server} now, but could not when this one was asked for. Its requester can withdraw it and ask again.`;
    case "no-approver":
      return `${user} may not approve rollouts on ${server}.`;
  }
}

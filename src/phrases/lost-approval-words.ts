import type { LostReason } from "../model/rollout/lost-approval.ts";

/** Why an approval does not count any more: after the name of whoever gave it. */
export const LOST_APPROVAL_WORDS: Readonly<Record<LostReason, string>> = {
  deactivated: "is deactivated in Slack",
  guest: "is a guest in Slack now",
  outsider: "is no member of this Slack workspace any more",
  "no-account": "has no user of the server any more",
  locked: "is deleted or locked on the server",
  "other-account": "is another user of the server now",
  usergroup: "is in no usergroup of approvers any more",
  permission: "does not hold a permission any more that approvers need",
  role: "does not have a role any more that approvers need",
  "usergroup-and-role": "is in no usergroup of approvers any more, and has none of the approvers' roles",
  unlisted: "is no approver any more",
};

import { REFUSE, type RolloutGate } from "./gate.ts";

/** What is approved starts with the rights of whoever asked, as the user of the server that they were then. */
export const sameRequester: RolloutGate = {
  id: "same-requester",
  at: ["proceed"],
  blocks({ rollout, user }) {
    const asked = rollout?.request?.requester.user.id;
    return user === undefined || asked === user ? undefined : { code: "other-user", params: {}, ...REFUSE };
  },
  phrase: () => ["The requester is another user on the server now."],
};

import type { Check } from "./check.ts";
import { ok } from "./finding.ts";
import { memberFault } from "./member-fault.ts";

/** Whether the people on call are members of the workspace: only they may pause and stop every rollout. */
export const slackOnCall: Check = {
  code: "on-call",
  async run({ people, settings }) {
    const { onCall } = settings.people;
    if (onCall.length === 0) return [];
    const persons = await Promise.all(onCall.map((id) => people.person(id)));
    const faults = onCall.flatMap((id, i) => memberFault(id, persons[i], "people.onCall") ?? []);
    return faults.length > 0 ? faults : [ok("on-call", "The people on call are members of the workspace.")];
  },
};

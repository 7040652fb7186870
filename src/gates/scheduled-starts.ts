import { type Gate, REFUSE } from "./gate.ts";
import type { StartSituation } from "./start-situation.ts";

/** The most scheduled rollouts of one server that people can keep in view. */
const MAX_SCHEDULED = 20;

export const scheduledStarts: Gate<StartSituation> = {
  id: "scheduled-starts",
  at: ["schedule"],
  blocks: ({ scheduled }, { policy: { server } }) =>
    scheduled < MAX_SCHEDULED ? undefined : { code: "full", params: { server, scheduled }, ...REFUSE },
  phrase: ({ params: { server, scheduled } }) => [
    `${scheduled} rollouts are already scheduled on ${server}, the most that Drydock allows.`,
  ],
};

import { moment } from "../core/moment.ts";
import type { Party } from "../model/rollout/rollout-parts.ts";
import type { Freeze } from "../model/server/claims.ts";
import { inForce } from "../model/server/freeze.ts";
import { REFUSE, type ServerGate, WAIT } from "./gate.ts";
import type { Text } from "./text.ts";
import { unfreezerWords } from "./unsatisfiable.ts";

/** A frozen server begins nothing. What is asked for meanwhile waits for the end of the freeze. */
export const freeze: ServerGate = {
  id: "freeze",
  at: ["request", "schedule", "start", "proceed", "dispatch", "ask-relay", "relay-asked", "trigger"],
  blocks({ server, now, ...situation }, { at }) {
    const held = inForce(situation.freeze, now);
    if (!held) return undefined;
    const params = {
      server,
      by: held.by.person,
      until: held.until,
      reason: held.reason,
    };
    return { code: "frozen", params, ...(at === "start" ? REFUSE : WAIT) };
  },
  phrase({ params: { server, by, until, reason } }) {
    const said = { by: { person: `${by}` }, until: typeof until === "number" ? until : null, reason: `${reason}` };
    return [`${server} is `, ...freezeWords(said), ". No upgrade starts there meanwhile."];
  },
  shown: {
    endsInTime: true,
    todo: (policy) => [
      `Wait, or ask the person who froze it, or ${unfreezerWords(policy)}, to end it: `,
      { say: `unfreeze ${policy.server}` },
      ".",
    ],
  },
};

/** `frozen by … until …: reason`. */
export function freezeWords({
  by,
  until,
  reason,
}: Pick<Freeze, "until" | "reason"> & { readonly by: Pick<Party, "person"> }): Text {
  const end: Text = until === null ? ["until a person unfreezes it"] : ["until ", moment(until)];
  return ["frozen by ", { person: by.person }, " ", ...end, ": ", { data: reason }];
}

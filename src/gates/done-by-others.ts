import { cause } from "../core/cause.ts";
import { provesUpgrade } from "../model/upgrade/decide-upgrade.ts";
import type { AgentGate } from "./gate.ts";

/** An agent that somebody else has upgraded since it was planned is not asked any more: it counts as done. */
export const doneByOthers: AgentGate = {
  id: "done-by-others",
  at: ["list", "read"],
  blocks({ agent: { status, version = null }, planned }) {
    if (planned === undefined || status === undefined || !provesUpgrade(planned, { status, version })) return undefined;
    return { cause: cause("upgraded-externally", { version }), effect: "leave-out", elsewhere: true };
  },
};

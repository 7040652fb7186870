import { cause } from "../core/cause.ts";
import { provesUpgrade } from "../model/upgrade/decide-upgrade.ts";
import type { AgentGate } from "./gate.ts";

/** If somebody else has upgraded an agent since its plan, Drydock does not ask it any more, and counts it as done. */
export const doneByOthers: AgentGate = {
  id: "done-by-others",
  at: ["list", "read"],
  blocks({ agent: { status, version = null }, planned }) {
    if (planned === undefined || status === undefined || !provesUpgrade(planned, { status, version })) return undefined;
    return { cause: cause("upgraded-externally", { version }), effect: "leave-out", elsewhere: true };
  },
};

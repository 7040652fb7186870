import type { Params } from "../core/cause.ts";
import { cause } from "../core/cause.ts";
import type { ServerFault } from "../model/server/server-fault.ts";
import { troubleWords } from "./deployment-words.ts";
import { type AgentGate, leftOut, WAIT } from "./gate.ts";

/** An agent on which a deployment runs is left alone, for a while. If that cannot be read for as long, a person looks. */
export const busy: AgentGate = {
  id: "busy",
  at: ["dispatch", "deployments"],
  blocks({ deployment }, { at, policy: { server, whenBusy, busyAgentTimeout } }) {
    if (!deployment) return undefined;
    const { reading, waited } = deployment;
    if (reading.kind === "known" && !reading.value) return undefined;
    if (whenBusy === "wait_until_zero" || waited < busyAgentTimeout || reading.kind === "not-read")
      return { code: "deploys", params: { waited }, ...WAIT };
    // Its turn comes now: then it is read once more, and left out.
    if (at === "dispatch") return undefined;
    if (reading.kind === "known") return leftOut(cause("busy-agent", { waited }));
    const params: Params = { server, fault: reading.fault, status: reading.status ?? null };
    return { code: "unread", params, effect: "pause", kind: "activity", asksAgain: false };
  },
  phrase({ code, params: { server, fault, status } }) {
    if (code !== "unread") return ["A deployment runs on it."];
    return [troubleWords(`${server}`, fault as ServerFault, typeof status === "number" ? status : undefined)];
  },
};

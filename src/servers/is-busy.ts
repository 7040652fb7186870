import type { AgentRef } from "../core/agent-ref.ts";
import type { Activity } from "../model/deploy-server.ts";

/** Whether a deployment runs on an agent that has to be left alone then. */
export type BusyTest = (agent: AgentRef) => boolean;

/** Whether a deployment runs on the agent, as far as the server names agents. */
export function isBusy(activity: Activity, { id, name }: AgentRef): boolean {
  return activity.kind === "known" && (activity.agents.includes(id) || activity.agents.includes(name));
}

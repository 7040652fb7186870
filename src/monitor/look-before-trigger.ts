import { type AgentSituation, UNREAD } from "../gates/agent-situation.ts";
import { blockedAt } from "../gates/index.ts";
import type { PlannedAgent } from "../model/plan/plan.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { createPatientLook, type LookAtAgent, type ToldLook } from "./patient-look.ts";

type Ports = Parameters<typeof createPatientLook>[0] & {
  /** What runs on the agent of this attempt, read now. */
  readonly deploymentOn: (
    server: ManagedServer,
    id: string,
    agent: PlannedAgent,
  ) => Promise<AgentSituation["deployment"]>;
};

/**
 * The last look before the trigger: at the agent and its owner, and then at what runs, since that changes fastest. Undefined: not now.
 */
export function createLookBeforeTrigger(ports: Ports): LookAtAgent<ToldLook> {
  const lookAtAgent = createPatientLook(ports);

  return async (server, rollout, agent, id, isFirst) => {
    const looked = await lookAtAgent(server, rollout, agent, id, isFirst);
    if (looked?.kind !== "go") return looked;
    const { version, seen } = looked;
    const deployment = await ports.deploymentOn(server, id, agent);
    const situation = { ...UNREAD, agent, now: ports.clock.now(), deployment };
    const [blocked] = blockedAt("deployments", "agent", situation, server.policy);
    if (!blocked) return looked;
    if (blocked.effect === "leave-out") return { kind: "skip", version, why: blocked.cause, seen };
    return blocked.effect === "pause" ? { kind: "pause", blocked: [blocked] } : undefined;
  };
}

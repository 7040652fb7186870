import { cause } from "../../core/cause.ts";
import type { PlannedAgent } from "../../domain/plans/plan.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { DeploymentLook } from "../servers/deployment-gate.ts";
import { createPatientLook, type LookAtAgent, type ToldLook } from "./patient-look.ts";

type Ports = Parameters<typeof createPatientLook>[0] & {
  /** Whether a deployment runs on the agent. */
  readonly lookAtDeployments: (server: ManagedServer, id: string, agent: PlannedAgent) => Promise<DeploymentLook>;
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
    const found = await ports.lookAtDeployments(server, id, agent);
    switch (found.kind) {
      case "go":
        return looked;
      case "wait":
        return undefined;
      case "overdue":
        return { kind: "skip", version, why: cause("busy-agent", { waited: found.waited }), seen };
      case "unread":
        return { kind: "pause", cause: "activity", why: found.why };
    }
  };
}

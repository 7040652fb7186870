import type { Moment } from "../../domain/clock-jump.ts";
import type { PlannedAgent } from "../../domain/plans/plan.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { BUSY_AGENT } from "../../domain/upgrades/skip-code.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Clock } from "../ports.ts";
import type { DeploymentLook } from "../servers/deployment-gate.ts";
import { createPatientLook, type ToldLook } from "./patient-look.ts";

type Ports = Parameters<typeof createPatientLook>[0] & {
  readonly clock: Clock;
  /** Whether a deployment runs on the agent. */
  readonly lookAtDeployments: (server: ManagedServer, id: string, agent: PlannedAgent) => Promise<DeploymentLook>;
};

/** `lookedAt`: what lets it go was looked at then or later. */
type BeforeTrigger =
  | Exclude<ToldLook, { readonly kind: "go" }>
  | (Extract<ToldLook, { readonly kind: "go" }> & { readonly lookedAt: Moment });

/**
 * The last look before the trigger: at the agent and its owner, and then at what runs, since that changes fastest. Undefined: not now.
 */
export function createLookBeforeTrigger(
  ports: Ports,
): (server: ManagedServer, rollout: Rollout, agent: PlannedAgent, id: string) => Promise<BeforeTrigger | undefined> {
  const lookAtAgent = createPatientLook(ports);

  return async (server, rollout, agent, id) => {
    const looked = await lookAtAgent(server, rollout, agent, id);
    if (looked?.kind !== "go") return looked;
    const lookedAt = { wall: ports.clock.now(), monotonic: ports.clock.monotonic() };
    const { version, seen } = looked;
    const found = await ports.lookAtDeployments(server, id, agent);
    switch (found.kind) {
      case "go":
        return { ...looked, lookedAt };
      case "wait":
        return undefined;
      case "overdue":
        return { kind: "skip", version, why: BUSY_AGENT, waited: found.waited, seen };
      case "unread":
        return { kind: "pause", cause: "activity", why: found.why };
    }
  };
}

import type { PlannedAgent } from "../../domain/plans/plan.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { parseUpgradeId } from "../../domain/upgrades/upgrade.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Identities } from "../people/identity.ts";
import type { Tokens } from "../people/tokens.ts";
import type { Clock } from "../ports.ts";
import { ServerError } from "../urbancode.ts";
import { type Look, lastLook } from "./last-look.ts";

const MAX_FAILED_LOOKS = 5;

export type ToldLook = Exclude<Look, { readonly kind: "unknown" | "stale" }>;

interface Ports {
  readonly identities: Identities;
  readonly tokens: Pick<Tokens, "of">;
  readonly clock: Clock;
  /** The server gave no answer: nothing begins on it until it does again. */
  readonly onServerTrouble: (server: ManagedServer, error: ServerError) => void;
}

/**
 * The last look before the trigger, again and again while the server does not answer: undefined until it does, or until it
 * has been asked often enough. What it then does not tell of the agent leaves that out; anything else is no fault of an
 * agent, and the rollout waits for a person.
 */
export function createPatientLook(
  ports: Ports,
): (server: ManagedServer, rollout: Rollout, agent: PlannedAgent, id: string) => Promise<ToldLook | undefined> {
  /** Looks that failed one after the other, by upgrade: no agent must be asked about for ever. */
  const unreadAgents = new Map<string, number>();
  const unreadOwners = new Map<string, number>();

  /** Whether it was asked often enough. */
  function isEnough(failed: Map<string, number>, id: string, by: number): boolean {
    const times = (failed.get(id) ?? 0) + by;
    if (times >= MAX_FAILED_LOOKS) failed.delete(id);
    else failed.set(id, times);
    return times >= MAX_FAILED_LOOKS;
  }

  return async (server, rollout, agent, id) => {
    try {
      const looked = await lastLook(server, rollout, agent, ports, parseUpgradeId(id)?.attempt === 1);
      unreadAgents.delete(id);
      if (looked.kind === "unknown") {
        if (isEnough(unreadOwners, id, 1)) return { kind: "pause", why: looked.why };
        ports.onServerTrouble(server, looked.error);
        return undefined;
      }
      if (looked.kind === "stale")
        return isEnough(unreadOwners, id, 1) ? { kind: "pause", why: looked.why } : undefined;
      unreadOwners.delete(id);
      return looked;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const away = error.fault === "unreachable" || error.fault === "failing";
      // A server that gives no answer at all says nothing about the agent.
      if (!away || isEnough(unreadAgents, id, error.fault === "failing" ? 1 : 0)) {
        unreadAgents.delete(id);
        return { kind: "skip", version: null, why: error.message, seen: undefined };
      }
      ports.onServerTrouble(server, error);
      return undefined;
    }
  };
}

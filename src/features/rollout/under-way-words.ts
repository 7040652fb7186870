import type { Blocked } from "../../gates/gate.ts";
import type { CardInput } from "./card-input.ts";

/** How a rollout that is under way is doing, as its card's heading says it. */
export interface UnderWayWords {
  readonly sign: string;
  readonly text: string;
  /** What the reader has to do, if the heading is the place to say so. */
  readonly need?: string;
}

const STATES = {
  running: { sign: "▶", text: "upgrading" },
  paused: { sign: "⏸", text: "paused" },
  stopping: { sign: "■", text: "stopping" },
} as const;

/** An outage is a state of its own: a reader of "upgrading" would wait for agents that no one upgrades. */
export function underWayWords({ rollout, blocked, progress }: CardInput): UnderWayWords {
  if (rollout.status !== "running") return STATES[rollout.status as keyof typeof STATES];
  const outage = outageWords(rollout.plan.server, blocked);
  if (outage) return outage;
  if (blocked.length > 0 && progress.inFlight === 0) return { sign: "▶", text: "waiting" };
  return rollout.plan.relays ? { sign: "▶", text: "upgrading relays" } : STATES.running;
}

/** How a running rollout waits while its server cannot be asked; undefined while it can. */
export function outageWords(server: string, blocked: readonly Pick<Blocked, "gate">[]): UnderWayWords | undefined {
  const isBlockedBy = (gate: string) => blocked.some((block) => block.gate === gate);
  if (isBlockedBy("watched")) return { sign: "⚠", text: `waiting, Drydock is not watching ${server}` };
  if (isBlockedBy("answers")) return { sign: "⚠", text: `waiting, ${server} does not answer`, need: "Nothing to do." };
  return undefined;
}

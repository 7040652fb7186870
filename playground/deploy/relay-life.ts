import { seedOf } from "./rng.ts";

/** An agent relay; its id is its name too. */
export interface Relay {
  readonly id: string;
  /** The one that it has, or had before the upgrade that is under way. */
  version: string;
  /** Since when it is down, on the server's clock. */
  downSince: number | undefined;
  upgrade: RelayUpgrade | undefined;
}

/** How an upgrade that somebody does on the relay's host can end. */
const RELAY_ENDS = ["done", "never-back", "back-old"] as const;

export interface RelayUpgrade {
  /** On the server's clock. */
  readonly startedAt: number;
  readonly target: string;
  readonly ends: (typeof RELAY_ENDS)[number];
  /** Names of agents that do not find back to it. */
  readonly lost: readonly string[];
}

/** Throws with a sentence where no upgrade can end so. */
export function beginRelayUpgrade(
  given: Pick<RelayUpgrade, "startedAt" | "target"> & Partial<RelayUpgrade>,
): RelayUpgrade {
  const { ends = "done", lost = [] } = given;
  if (!RELAY_ENDS.includes(ends))
    throw new Error(`A relay's upgrade cannot end as "${ends}". Known: ${RELAY_ENDS.join(", ")}.`);
  return { ...given, ends, lost };
}

const SECOND = 1_000;
/** Simulated ms that a relay is away, and within which its agents connect again once it is back. */
const AWAY = 120 * SECOND;
const GATHERING = 30 * SECOND;

/** What the server shows of the relay at that time. */
export function relayAt(relay: Relay, time: number, scale: number): { readonly up: boolean; readonly version: string } {
  const { upgrade, downSince, version } = relay;
  if (!upgrade) return { up: downSince === undefined, version };
  const isBack = upgrade.ends !== "never-back" && (time - upgrade.startedAt) * scale >= AWAY;
  const now = isBack && upgrade.ends === "done" ? upgrade.target : version;
  return { up: isBack && downSince === undefined, version: now };
}

/** Since when the agent is cut off by its relay, on the server's clock; undefined where it is not. */
export function cutOffSince(
  agent: { readonly id: string; readonly name: string },
  relay: Relay | undefined,
  time: number,
  scale: number,
): number | undefined {
  const { upgrade, downSince } = relay ?? {};
  if (downSince !== undefined || !upgrade) return downSince;
  const gathered = AWAY + (seedOf(agent.id, 0) % GATHERING);
  const isBack = upgrade.ends !== "never-back" && !upgrade.lost.includes(agent.name);
  return isBack && (time - upgrade.startedAt) * scale >= gathered ? undefined : upgrade.startedAt;
}

import type { Agent } from "../../core/agent.ts";
import { type Cause, cause } from "../../core/cause.ts";
import type { Relay } from "../../model/deploy-server.ts";
import type { Exclusion } from "../../model/plan/plan.ts";
import type { Lag } from "../../model/relay/lag.ts";

interface Given {
  /** Those that the server lists behind it. */
  readonly behind: readonly Agent[];
  /** Whether the list tells of any agent which relay it is behind. */
  readonly tellsRelays: boolean;
  readonly lag: Lag;
  readonly claim: string | undefined;
  readonly serverVersion: string | undefined;
}

/** Why a relay is not in a plan, apart from rights; undefined where it can be. */
export function relayExclusion(relay: Relay, given: Given): Omit<Exclusion, "agent"> | undefined {
  const { lag, claim, serverVersion } = given;
  if (claim !== undefined) return { reason: "in another rollout", cause: cause("claimed", { rollout: claim }) };
  if (relay.up === false) return { reason: "offline", cause: cause("relay-offline") };
  if (relay.version === undefined) return { reason: "not known", cause: cause("relay-version-unknown") };
  if (lag === "even") return { reason: "up to date", cause: cause("relay-up-to-date", { version: relay.version }) };
  if (lag === "ahead")
    return { reason: "newer than the server", cause: cause("relay-newer", { serverVersion: serverVersion ?? null }) };
  const hidden = hiddenBehind(relay, given);
  return hidden === undefined ? undefined : { reason: "not known", cause: hidden };
}

/** Agents that cannot be seen behind it go dark all the same: nobody's rights on them were read, and nobody would wait for them. */
function hiddenBehind({ totalAgents }: Relay, { behind, tellsRelays }: Given): Cause | undefined {
  if (totalAgents === undefined) return behind.length === 0 && !tellsRelays ? cause("relay-agents-unknown") : undefined;
  if (totalAgents <= behind.length) return undefined;
  return cause("relay-agents-hidden", { counted: totalAgents, listed: behind.length });
}

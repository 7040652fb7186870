import type { Agent } from "../../domain/agent.ts";
import type { Exclusion } from "../../domain/plans/plan.ts";
import type { Lag } from "../../domain/relays/lag.ts";
import type { Relay } from "../urbancode.ts";
import { count } from "../views/words.ts";

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
  if (claim !== undefined) return { reason: "in another rollout", sentence: `${claim} has it` };
  if (relay.up === false) return { reason: "offline", sentence: "offline: look at its host first" };
  if (relay.version === undefined)
    return { reason: "not known", sentence: "the server tells no version of it, so nothing would prove its upgrade" };
  if (lag === "even") return { reason: "up to date", sentence: `at ${relay.version}, as the server` };
  if (lag === "ahead")
    return { reason: "newer than the server", sentence: `newer than the server, which is at ${serverVersion}` };
  const hidden = hiddenBehind(relay, given);
  return hidden === undefined ? undefined : { reason: "not known", sentence: hidden };
}

/** Agents that cannot be seen behind it go dark all the same: nobody's rights on them were read, and nobody would wait for them. */
function hiddenBehind({ totalAgents }: Relay, { behind, tellsRelays }: Given): string | undefined {
  if (totalAgents === undefined)
    return behind.length === 0 && !tellsRelays
      ? "the server tells neither how many agents are behind it nor of any agent which relay it is behind: nobody could be asked for them"
      : undefined;
  if (totalAgents <= behind.length) return undefined;
  return `the server counts ${count(totalAgents, "agent")} behind it and lists ${behind.length === 0 ? "none" : behind.length} of them to Drydock's account: the others could not be asked for nor waited for; inactive agents or a missing View Agents may be why`;
}

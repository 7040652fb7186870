import { cause } from "../../core/cause.ts";
import type { Agent } from "../agent.ts";
import { neverRuleFor, type Policy } from "../policy.ts";
import { compareReleases, parseVersion } from "../version.ts";
import type { Exclusion } from "./plan.ts";
import { platformExclusion, type Systems } from "./unsupported-platforms.ts";

/** A longer id does not fit into the name of the stream that records its upgrade, which has 512 characters at most. */
const MAX_AGENT_ID = 400;

/** What decides whether an agent is left out. */
export interface ExclusionInput {
  readonly policy: Policy;
  readonly serverVersion: string | undefined;
  /** Agent id to the rollout that has it. */
  readonly claims: ReadonlyMap<string, string>;
  /** Permissions that the person lacks on an agent; an agent that is not here has not been checked yet. */
  readonly missingRights: ReadonlyMap<string, readonly string[]>;
  /** Whether those that are inactive are taken too. */
  readonly inactive?: boolean;
  /** What has been read of their operating systems. */
  readonly systems?: Systems;
}

/** Why the agent cannot be in the plan; undefined where it can. */
export function exclusionOf(agent: Agent, input: ExclusionInput): Omit<Exclusion, "agent"> | undefined {
  // Rights come first: somebody who may not see an agent is not told that it is on a list or in a rollout either.
  const missing = input.missingRights.get(agent.id) ?? [];
  if (missing.length > 0)
    return { reason: "no permission", cause: cause("lacks-permission", { permissions: missing }) };
  if (agent.id.length > MAX_AGENT_ID)
    return {
      reason: "cannot be recorded",
      cause: cause("id-too-long", { length: agent.id.length, max: MAX_AGENT_ID }),
    };
  const never = neverRuleFor(input.policy, agent);
  if (never) return { reason: "never list", cause: cause("never-list", { reason: never.reason }) };
  const claim = input.claims.get(agent.id);
  if (claim) return { reason: "in another rollout", cause: cause("claimed", { rollout: claim }) };
  if (!agent.active && !input.inactive) return { reason: "inactive", cause: cause("inactive") };
  if (isNewer(agent, input.serverVersion)) {
    return {
      reason: "newer than the server",
      cause: cause("newer-than-server", { version: agent.version ?? null, serverVersion: input.serverVersion ?? null }),
    };
  }
  return platformExclusion(input.policy, input.systems?.get(agent.id));
}

/** Whether the agent is of a newer release than its server; where one of the versions is not told it is not. */
export function isNewer(agent: Pick<Agent, "version">, serverVersion: string | undefined): boolean {
  const mine = parseVersion(agent.version ?? "");
  const theirs = parseVersion(serverVersion ?? "");
  if (!mine || !theirs) return false;
  return compareReleases(mine, theirs) > 0;
}

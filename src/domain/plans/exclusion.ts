import type { Agent } from "../agent.ts";
import { neverRuleFor } from "../policy.ts";
import { compareReleases, parseVersion } from "../version.ts";
import { ownWayExclusion } from "./own-way.ts";
import type { PlanInput } from "./plan.ts";

export type ExclusionReason =
  | "no permission"
  | "never list"
  | "upgrades in its own way"
  | "in another rollout"
  | "newer than the server"
  | "inactive"
  | "offline"
  | "up to date"
  | "not known"
  | "cannot be recorded"
  | "over the limit";

/** A longer id does not fit into the name of the stream that records its upgrade, which has 512 characters at most. */
const MAX_AGENT_ID = 400;

export interface Exclusion {
  readonly agent: { readonly id: string; readonly name: string };
  readonly reason: ExclusionReason;
  /** What a person is told about this one. */
  readonly sentence: string;
}

/** Why the agent cannot be in the plan; undefined where it can. */
export function exclusionOf(
  agent: Agent,
  input: Pick<PlanInput, "policy" | "serverVersion" | "claims" | "missingRights" | "systems" | "inactive">,
): Omit<Exclusion, "agent"> | undefined {
  // Rights come first: somebody who may not see an agent is not told that it is on a list or in a rollout either.
  const missing = input.missingRights.get(agent.id) ?? [];
  if (missing.length > 0) return { reason: "no permission", sentence: `you lack ${missing.join(", ")} on it` };
  if (agent.id.length > MAX_AGENT_ID)
    return {
      reason: "cannot be recorded",
      sentence: `its id has ${agent.id.length} characters, and the ledger takes ${MAX_AGENT_ID}`,
    };
  const never = neverRuleFor(input.policy, agent);
  if (never) return { reason: "never list", sentence: `on the never list: ${never.reason}` };
  const claim = input.claims.get(agent.id);
  if (claim) return { reason: "in another rollout", sentence: `${claim} has it` };
  if (!agent.active && !input.inactive) return { reason: "inactive", sentence: "the server has it as inactive" };
  if (isNewer(agent, input.serverVersion)) {
    return {
      reason: "newer than the server",
      sentence: `its version ${agent.version} is newer than the server's ${input.serverVersion}: upgrade the server first`,
    };
  }
  return ownWayExclusion(input.policy, input.systems?.get(agent.id));
}

/** Whether the agent is of a newer release than its server; where one of the versions is not told it is not. */
export function isNewer(agent: Pick<Agent, "version">, serverVersion: string | undefined): boolean {
  const mine = parseVersion(agent.version ?? "");
  const theirs = parseVersion(serverVersion ?? "");
  if (!mine || !theirs) return false;
  return compareReleases(mine, theirs) > 0;
}

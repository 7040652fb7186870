import type { Agent } from "./agent.ts";
import { matchesGlob } from "./glob.ts";

/** Agents that Drydock never upgrades; nobody can override it from Slack. */
export type NeverRule =
  | { readonly glob: string; readonly reason: string }
  | { readonly tag: string; readonly reason: string };

/** The rules of one server, as its owner configured them. */
export interface Policy {
  readonly server: string;
  readonly mode: "observe" | "live";
  /** How many other people have to agree. */
  readonly approvals: number;
  /** How many upgrades may be in flight at once, 1 to 10. */
  readonly slots: number;
  /** Permissions wanted on each agent. */
  readonly required: readonly string[];
  /** Permissions wanted on each agent of a server that knows them. */
  readonly whereKnown: readonly string[];
  readonly never: readonly NeverRule[];
  readonly whenBusy: WhenBusy;
}

/**
 * What running deployments mean for dispatching: `warn` tells and goes on, `wait_until_zero` begins nothing while the server
 * counts any, `require_maintenance` begins only in the server's maintenance mode.
 */
export const WHEN_BUSY = ["warn", "wait_until_zero", "require_maintenance"] as const;
export type WhenBusy = (typeof WHEN_BUSY)[number];

/** What is known of somebody who wants to start a rollout. */
export interface Start {
  readonly policy: Policy;
  readonly agents: number;
}

/** Answers with a sentence for people where it is not met. */
interface Requirement {
  readonly name: string;
  readonly unmet: (start: Start) => string | undefined;
}

/** What has to be true of a rollout before it starts, in the order in which a person is told. */
const START_REQUIREMENTS: readonly Requirement[] = [
  {
    name: "live",
    unmet: ({ policy }) =>
      policy.mode === "live"
        ? undefined
        : `${policy.server} is only observed: Drydock makes plans there and upgrades nothing. The platform team can set "mode: live" for it in the configuration.`,
  },
  {
    name: "approvals",
    unmet: ({ policy }) =>
      policy.approvals === 0
        ? undefined
        : `${policy.server} wants ${policy.approvals} approvals, and this version of Drydock cannot take approvals yet.`,
  },
  {
    name: "agents",
    unmet: ({ agents }) => (agents > 0 ? undefined : "There is no agent left to upgrade, so nothing was started."),
  },
];

/** The sentences of all requirements that are not met; none = it may start. */
export function unmetRequirements(start: Start): readonly string[] {
  return START_REQUIREMENTS.flatMap((requirement) => requirement.unmet(start) ?? []);
}

/** The rule that keeps Drydock away from the agent, if there is one. Where its tags are not known, every rule about tags counts. */
export function neverRuleFor(policy: Policy, agent: Pick<Agent, "name" | "tags">): NeverRule | undefined {
  return policy.never.find((rule) =>
    "glob" in rule ? matchesGlob(rule.glob, agent.name) : (agent.tags?.includes(rule.tag) ?? true),
  );
}

/** The permissions wanted on an agent, given the permission names that its server is known to have. */
export function wantedPermissions(policy: Policy, known: ReadonlySet<string>): readonly string[] {
  return [...policy.required, ...policy.whereKnown.filter((permission) => known.has(permission))];
}

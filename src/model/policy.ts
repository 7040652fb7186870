import type { Agent } from "../core/agent.ts";
import type { DAYS } from "../core/days.ts";
import { matchesGlob } from "../core/glob.ts";
import { parseRange, parseVersion } from "../core/version.ts";
import type { RoleNames } from "./role-names.ts";
import type { ServerFault } from "./server/server-fault.ts";

/** Agents that Drydock never upgrades; nobody can override it from Slack. */
export type NeverRule =
  | { readonly glob: string; readonly reason: string }
  | { readonly tag: string; readonly reason: string }
  /** A range of versions, e.g. `<5.0`. */
  | { readonly version: string; readonly reason: string };

/** From more than so many agents on, so many other people have to agree. */
export interface ApprovalStep {
  readonly above: number;
  readonly count: number;
}

/** Who may approve. Everybody of them needs a user of the server too: nobody else can be told apart from the requester. */
export interface Approvers {
  /** Slack ids. */
  readonly people: readonly string[];
  /** Ids of Slack usergroups. Their members count only if they hold `usergroupPermissions` on the server. */
  readonly usergroups: readonly string[];
  readonly usergroupPermissions: readonly string[];
  /** Whoever has the role on the team; both by name or id. */
  readonly roles: readonly { readonly role: string; readonly team: string }[];
}

/** When upgrades may begin, by the clock on the wall of a zone. One that ends before it begins runs over midnight. */
export interface MaintenanceWindow {
  /** The days on which it begins. */
  readonly days: readonly (typeof DAYS)[number][];
  /** Minutes since midnight, `to` exclusive and 1440 at most. */
  readonly from: number;
  readonly to: number;
  /** IANA name, e.g. `Europe/Berlin`. */
  readonly zone: string;
}

/** When failures are too many: so many of them, or such a share (percent) of at least `of` that are finished; null = never. */
export interface FailureLimit {
  readonly count: number | null;
  readonly share: number | null;
  readonly of: number;
}

/** What opens the circuit breaker of a rollout: failures in all, for one cause (of all that are finished), and behind one relay. */
export interface BreakerPolicy {
  readonly total: FailureLimit;
  readonly cause: FailureLimit;
  readonly relay: FailureLimit;
}

/** The rules of one server, as its owner configured them. Times are in milliseconds. */
export interface Policy {
  readonly server: string;
  readonly mode: "observe" | "live";
  /** How many other people have to agree, always or from a size on. */
  readonly approvals: number | readonly ApprovalStep[];
  readonly approvers: Approvers;
  /** Whether whoever asks may be one of those who agree. */
  readonly selfApproval: boolean;
  readonly reasonRequired: boolean;
  /** From a request until it lapses. */
  readonly approvalExpires: number;
  /** For how long after the approval upgrades may begin. */
  readonly approvalCovers: number;
  /** From a pause until the rollout is stopped for good. */
  readonly pauseExpires: number;
  /** None = always. */
  readonly windows: readonly MaintenanceWindow[];
  /** How many upgrades may be in flight at once, 1 to 10. */
  readonly slots: number;
  /** The most agents of one rollout; null = no limit. */
  readonly maxAgents: number | null;
  /** The least number of canaries; 0 = none needed. */
  readonly canaryMin: number;
  /** Whether somebody has to continue a rollout once its canaries are stable. */
  readonly canaryHold: boolean;
  readonly breaker: BreakerPolicy;
  /** How long after its failure an agent is tried again, the first time, the second, and so on; as often as there are pauses. */
  readonly retryPauses: readonly number[];
  /** Whoever starts has to type the server's name. */
  readonly dangerous: boolean;
  /** Whether a few agents may start without approval in an emergency; somebody looks at it afterwards. */
  readonly emergency: boolean;
  /** Permissions wanted on each agent. */
  readonly required: readonly string[];
  /** Permissions wanted on each agent of a server that knows them. */
  readonly whereKnown: readonly string[];
  /** What roles carry where the server does not tell; left out = the server alone decides. */
  readonly roleNames?: RoleNames;
  readonly never: readonly NeverRule[];
  /** Which agents upgrade in their own way, by their operating system (globs); none = it is not read. */
  readonly unsupportedPlatforms: { readonly os: readonly string[] };
  readonly whenBusy: WhenBusy;
  /** For how long an agent is waited for that runs a deployment when its turn comes; then it is skipped. */
  readonly busyAgentTimeout: number;
  /** Settings that gates bring with them, of these what is not the default; left out = none. */
  readonly own?: Readonly<Record<string, unknown>>;
}

/**
 * What running deployments mean: `wait_for_agent` leaves an agent alone while one runs on it, `warn` only reports them, `wait_until_zero`
 * begins nothing while any runs, `require_maintenance` begins only in the server's maintenance mode. `auto` is `wait_for_agent` where
 * the server names the agents, else `warn`.
 */
export const WHEN_BUSY = ["auto", "wait_for_agent", "warn", "wait_until_zero", "require_maintenance"] as const;
export type WhenBusy = (typeof WHEN_BUSY)[number];

/** Whether an agent that runs a deployment is left alone, as far as the server names it. */
export function waitsForAgent({ whenBusy }: Pick<Policy, "whenBusy">): boolean {
  return whenBusy === "auto" || whenBusy === "wait_for_agent";
}

/** Whether upgrades begin although what runs could not be read: for `auto`, a denial is as a server that does not report it. */
export function ignoresUnread({ whenBusy }: Pick<Policy, "whenBusy">, fault: ServerFault): boolean {
  return whenBusy === "auto" && fault === "denied";
}

const MINUTE = 60_000;

/** What holds where the configuration says nothing. Zero approvals have to be written, so there is no default for them here. */
export const DEFAULT_GATES = {
  approvers: { people: [], usergroups: [], usergroupPermissions: [], roles: [] },
  selfApproval: false,
  approvalExpires: 30 * MINUTE,
  approvalCovers: 24 * 60 * MINUTE,
  pauseExpires: 24 * 60 * MINUTE,
  windows: [],
  breaker: {
    total: { count: 20, share: 20, of: 10 },
    cause: { count: 5, share: null, of: 10 },
    relay: { count: 3, share: null, of: 10 },
  },
  retryPauses: [2 * MINUTE, 5 * MINUTE, 15 * MINUTE],
  // What Java calls that system today, and what it called its predecessor.
  unsupportedPlatforms: { os: ["z/OS", "OS/390"] },
  busyAgentTimeout: 30 * MINUTE,
} satisfies Partial<Policy>;

/** Whether anything needs another person's approval. */
export function wantsApprovals({ approvals }: Policy): boolean {
  return typeof approvals === "number" ? approvals > 0 : approvals.some(({ count }) => count > 0);
}

/** How many approvals so many agents want. */
export function approvalsFor({ approvals }: Policy, size: number): number {
  if (typeof approvals === "number") return approvals;
  return Math.max(0, ...approvals.filter(({ above }) => size > above).map(({ count }) => count));
}

/** The rule that keeps Drydock away from the agent, if there is one. What is not known of it (tags, version) counts as matching. */
export function neverRuleFor(
  policy: Policy,
  agent: Pick<Agent, "name" | "tags"> & { readonly version?: string | undefined },
): NeverRule | undefined {
  return policy.never.find((rule) => {
    if ("glob" in rule) return matchesGlob(rule.glob, agent.name);
    if ("tag" in rule) return agent.tags?.includes(rule.tag) ?? true;
    const version = parseVersion(agent.version ?? "");
    return version === undefined || (parseRange(rule.version)?.includes(version) ?? true);
  });
}

/** What a rule is about, as it stands in the configuration: `db-*`, `tag frozen`, `version <5.0`. */
export function neverRuleWords(rule: NeverRule): string {
  if ("glob" in rule) return rule.glob;
  return "tag" in rule ? `tag ${rule.tag}` : `version ${rule.version}`;
}

/** The permissions wanted on an agent, given the permission names that its server is known to have. */
export function wantedPermissions(policy: Policy, known: ReadonlySet<string>): readonly string[] {
  return [...policy.required, ...policy.whereKnown.filter((permission) => known.has(permission))];
}

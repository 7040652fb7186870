import type { Policy } from "../model/policy.ts";

/** What the configuration says about people, as far as it tells who could ever act on a server. */
export interface KnownPeople {
  /** Slack id to the server's user, of those who are mapped by hand. */
  readonly mapped: ReadonlyMap<string, string>;
  /** Whether anybody else can be known by their e-mail address. */
  readonly byEmail: boolean;
}

export interface PolicyProblem {
  /** The setting that is at fault. */
  readonly setting: string;
  readonly sentence: string;
}

/** Whether anybody may approve at all. */
export function hasApprovers({ approvers }: Pick<Policy, "approvers">): boolean {
  return approvers.people.length + approvers.usergroups.length + approvers.roles.length > 0;
}

/** Who besides the person who froze a server may end its freeze. */
export function unfreezerWords(policy: Policy): string {
  return hasApprovers(policy) ? "an approver" : "a person who may upgrade its agents";
}

/** Rules that nobody could ever satisfy, each with the sentence that says why. None = somebody can. */
export function unsatisfiable(policy: Policy, people: KnownPeople): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const { maxAgents, canaryMin, windows } = policy;
  if (maxAgents !== null && canaryMin > maxAgents)
    problems.push({
      setting: "canaryMin",
      sentence: `a rollout of at most ${maxAgents} agents cannot have ${canaryMin} canaries: expected canaryMin: ${maxAgents} or less, or a larger maxAgents`,
    });
  for (const [i, { days, from, to }] of windows.entries())
    if (days.length === 0 || from === to)
      problems.push({
        setting: `windows.${i}`,
        sentence:
          "this window is empty, so Drydock could never start an upgrade in it: expected days, and two different times, e.g. {days: [sat, sun], from: '22:00', to: '04:00', zone: Europe/Berlin}",
      });
  if (policy.emergency && !hasApprovers(policy))
    problems.push({
      setting: "emergency",
      sentence:
        "no one could review an emergency afterwards: expected approvers, e.g. approvers: {people: [U0123456789]}, or emergency: false",
    });
  return policy.mode === "live" ? [...problems, ...approvalProblems(policy, people)] : problems;
}

function approvalProblems(policy: Policy, { mapped, byEmail }: KnownPeople): readonly PolicyProblem[] {
  const { approvers, approvals, selfApproval } = policy;
  const most = typeof approvals === "number" ? approvals : Math.max(0, ...approvals.map(({ count }) => count));
  if (most === 0) return [];
  const wants = most === 1 ? "1 approval" : `${most} approvals`;
  const open = approvers.usergroups.length > 0 || approvers.roles.length > 0;
  if (approvers.people.length === 0 && !open)
    return [
      {
        setting: "approvers",
        sentence: `a rollout needs ${wants}, and no one may approve: expected approvers, e.g. approvers: {people: [U0123456789]}, or approvals: 0`,
      },
    ];
  const usable = new Set(approvers.people.map((person) => mapped.get(person) ?? (byEmail ? person : undefined)));
  usable.delete(undefined);
  if (!open && usable.size < most)
    return [
      {
        setting: "approvers.people",
        sentence: `a rollout needs ${wants}, but only ${usable.size} of the ${approvers.people.length} listed people have a user of their own on the server. Expected at least ${most} (people.mapping or people.emailDomains)`,
      },
    ];
  const everybody = new Set(mapped.values()).size;
  if (!byEmail && everybody < most + (selfApproval ? 0 : 1))
    return [
      {
        setting: "approvals",
        sentence: `a rollout needs ${wants}${selfApproval ? "" : " by other people than the one who asks"}, but people.mapping names only ${everybody === 1 ? "1 user" : `${everybody} users`} of the server, and people.emailDomains is empty: map more people, or lower approvals`,
      },
    ];
  return [];
}

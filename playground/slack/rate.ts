/** Slack's budgets, per method and workspace. A method spends whether it works or not. */
export interface Budgets {
  /** Seconds to wait, or undefined where the call is within the budget. */
  spend(method: string, channel: string): number | undefined;
}

/** Source: docs/slack-limits.md, "Calls a minute". Slack promises no tolerance of bursts, so there is none. */
const TIERS = { tier1: 1, tier2: 20, tier3: 50, tier4: 100 } as const;

/**
 * Source: Slack's page of each method, docs.slack.dev/reference/methods. apps.connections.open is tier 1 on older pages, and
 * tier 3 on newer ones. A method that is not here gets tier 3.
 */
const METHODS: Readonly<Record<string, keyof typeof TIERS>> = {
  "apps.connections.open": "tier3",
  "chat.delete": "tier3",
  "chat.postEphemeral": "tier4",
  "chat.update": "tier3",
  "conversations.history": "tier3",
  "conversations.info": "tier3",
  "conversations.members": "tier4",
  "conversations.open": "tier3",
  "conversations.replies": "tier3",
  "files.completeUploadExternal": "tier4",
  "files.getUploadURLExternal": "tier4",
  "usergroups.list": "tier2",
  "usergroups.users.list": "tier2",
  "users.info": "tier4",
  "users.list": "tier2",
  "views.open": "tier4",
  "views.publish": "tier4",
  "views.push": "tier4",
  "views.update": "tier4",
};

const MINUTE = 60_000;

interface Budget {
  readonly key: string;
  readonly calls: number;
  readonly ms: number;
}

function budgetOf(method: string, channel: string): Budget {
  // About one a second in a channel, with short bursts: the special tier of chat.postMessage.
  if (method === "chat.postMessage") return { key: `${method} ${channel}`, calls: 5, ms: 5_000 };
  // "Hundreds a minute": the special tier of auth.test.
  if (method === "auth.test") return { key: method, calls: 200, ms: MINUTE };
  const tier = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  return { key: method, calls: TIERS[tier ?? "tier3"], ms: MINUTE };
}

export function createBudgets(now: () => number): Budgets {
  const spent = new Map<string, number[]>();
  return {
    spend(method, channel) {
      const { key, calls, ms } = budgetOf(method, channel);
      const recent = (spent.get(key) ?? []).filter((at) => at > now() - ms);
      spent.set(key, recent);
      if (recent.length >= calls) return Math.max(1, Math.ceil(((recent[0] ?? 0) + ms - now()) / 1000));
      recent.push(now());
      return undefined;
    },
  };
}

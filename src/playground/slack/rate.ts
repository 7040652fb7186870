/** Slack's budgets for the methods that have one here: posts by channel, edits for the whole app. */
export interface Budgets {
  /** Seconds to wait, or undefined where the call is within the budget. */
  spend(method: string, channel: string): number | undefined;
}

/** chat.postMessage: about one a second per channel, with a burst of five; chat.update: 50 a minute. */
export function createBudgets(now: () => number): Budgets {
  const spent = new Map<string, number[]>();
  return {
    spend(method, channel) {
      const budget =
        method === "chat.postMessage"
          ? { key: `post ${channel}`, calls: 5, ms: 5_000 }
          : method === "chat.update"
            ? { key: "edit", calls: 50, ms: 60_000 }
            : undefined;
      if (!budget) return undefined;
      const recent = (spent.get(budget.key) ?? []).filter((at) => at > now() - budget.ms);
      spent.set(budget.key, recent);
      if (recent.length >= budget.calls) return Math.max(1, Math.ceil(((recent[0] ?? 0) + budget.ms - now()) / 1000));
      recent.push(now());
      return undefined;
    },
  };
}

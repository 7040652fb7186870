/** Why an agent was skipped, where the reason of `upgrade.skipped` is a code and no sentence: a deployment still ran on it. */
export const BUSY_AGENT = "busy-agent";

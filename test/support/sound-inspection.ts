import type { LedgerInspection, SlackInspection } from "../../src/core/inspection.ts";

/** A Slack and a ledger in which the doctor finds nothing wrong. */
export function soundInspection(): { readonly slack: SlackInspection; readonly ledger: LedgerInspection } {
  return {
    slack: {
      botToken: async () => ({ kind: "accepted", missing: [] }),
      appToken: undefined,
      channel: async () => ({ archived: false, hasBot: true }),
    },
    ledger: {
      checkKey: async () => {},
      checkWritable: async () => {},
      walkChain: undefined,
      freeSpace: async () => 10 ** 12,
      clockDifference: undefined,
      waitsForStandbys: undefined,
      otherwiseConfigured: undefined,
    },
  };
}

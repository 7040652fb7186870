import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import { auditsView, auditView } from "../src/features/audit/audit-view.ts";
import type { Auditor } from "../src/features/audit/auditor.ts";
import type { FindRollout } from "../src/people/find-rollout.ts";
import { newestVisible } from "../src/people/newest-visible.ts";
import type { Visibility } from "../src/people/visibility.ts";
import type { Projections } from "../src/projections/projections.ts";
import { rolloutOfThread } from "../src/servers/current-rollout.ts";

interface Ports {
  readonly findRollout: FindRollout;
  readonly auditor: Auditor;
  readonly projections: Projections;
  readonly visibility: Visibility;
}

export const audit = defineCommand({
  name: "audit",
  group: "Look",
  summary: "show what the ledger proves of a rollout",
  inThread: true,
  args: { positional: { hint: "ROLLOUT", required: false, many: false }, flags: {}, example: "audit prod-142" },
  async handler({ words }, { call, word }, ports: Ports) {
    const asked = words[0] ?? rolloutOfThread(ports.projections, call)?.id;
    const chosen =
      asked === undefined ? await newestVisible(ports, call.person) : [await ports.findRollout(asked, call)];
    if (chosen.length === 0) return say("no-rollouts", "There has been no rollout yet that you may view.");
    const ids = new Set(chosen.map(({ id }) => id));
    const audits = (await ports.auditor.audit()).filter(({ id }) => ids.has(id));
    const [first] = audits;
    return asked !== undefined && first ? auditView(first) : auditsView(audits.toReversed(), word);
  },
});

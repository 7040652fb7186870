import pMap from "p-map";
import { defineCommand } from "../src/conversation/command.ts";
import { type Line, type Span, say } from "../src/core/view.ts";
import { AT_ONCE } from "../src/model/deploy-server.ts";
import { isReviewOpen, type Rollout } from "../src/model/rollout/rollout.ts";
import type { CardLinks } from "../src/people/card-links.ts";
import type { FindRollout } from "../src/people/find-rollout.ts";
import { newestVisible } from "../src/people/newest-visible.ts";
import type { Visibility } from "../src/people/visibility.ts";
import { requestWords, resultWords, startWords, tally } from "../src/phrases/progress-words.ts";
import type { Projections } from "../src/projections/projections.ts";
import { progressOf } from "../src/projections/rollout-progress.ts";
import type { Servers } from "../src/servers/managed-server.ts";

interface Ports {
  readonly findRollout: FindRollout;
  readonly cardLinks: CardLinks;
  readonly projections: Projections;
  readonly servers: Servers;
  readonly visibility: Visibility;
}

export const rollouts = defineCommand({
  name: "rollouts",
  group: "Look",
  summary: "show rollouts under way and past, or one of them",
  args: { positional: { hint: "ID", required: false, many: false }, flags: {}, example: "rollouts prod-142" },
  async handler(args, { call }, ports: Ports) {
    const [asked] = args.words;
    const chosen =
      asked === undefined ? await newestVisible(ports, call.person) : [await ports.findRollout(asked, call)];
    if (chosen.length === 0) return say("no-rollouts", "There has been no rollout yet that you may view.");
    const lines = await pMap(
      chosen,
      async (rollout): Promise<Line> => {
        if (ports.projections.past.has(rollout.id)) await ports.projections.recall(rollout.id);
        const url = await ports.cardLinks.of(rollout);
        const name: Span = url === undefined ? { bold: rollout.id } : { label: rollout.id, url };
        const starts = startWords(rollout);
        const progress = progressOf(ports.projections, rollout);
        const result = rollout.status === "ended" ? resultWords(rollout, progress) : undefined;
        const state: Line = starts ? ["scheduled for ", ...starts] : [stateOf(rollout, ports.servers)];
        return [
          ...(result ? [`${result.sign} `, name, ": ", ...result.line] : [name, " ", ...state]),
          `, by `,
          { person: rollout.owner },
          ` in `,
          { channel: rollout.posts.get("card")?.channel ?? rollout.channel },
          `${result ? "." : `: ${tally(progress)}`}${isReviewOpen(rollout) ? " Its review is open." : ""}`,
        ];
      },
      { concurrency: AT_ONCE },
    );
    return say("rollouts", ...lines);
  },
});

function stateOf(rollout: Rollout, servers: Servers): string {
  if (rollout.status === "requested") return requestWords(rollout, servers.get(rollout.plan.server)?.policy);
  return rollout.status === "closed" ? "did not start" : rollout.status;
}

import { defineCommand } from "../src/conversation/command.ts";
import type { Clock } from "../src/core/ports.ts";
import { agentsModal, loadingModal } from "../src/features/plan/agents-view.ts";
import type { Visibility } from "../src/people/visibility.ts";
import { visibleIds } from "../src/people/visible-ids.ts";
import type { Projections } from "../src/projections/projections.ts";
import { newestAttempts } from "../src/projections/rollout-progress.ts";
import { serverOf } from "../src/servers/find-rollout.ts";
import type { Servers } from "../src/servers/managed-server.ts";

interface Ports {
  readonly clock: Clock;
  readonly projections: Projections;
  readonly servers: Servers;
  readonly visibility: Visibility;
}

/** Pressed on a card: `agents ROLLOUT [PAGE]`. */
export const agents = defineCommand({
  name: "agents",
  summary: "every agent of a rollout with its phase and times",
  args: { positional: { hint: "ROLLOUT", required: true, many: true }, flags: {}, example: "press Agents on a card" },
  async handler(args, { call, show }, ports: Ports) {
    const [id = ""] = args.words;
    show(loadingModal(id));
    const rollout = await ports.visibility.required(id, call);
    const server = serverOf(ports.servers, rollout);
    const views = await ports.visibility.agents(server, call.person);
    const visible = await visibleIds(rollout.plan, views);
    const upgrades = new Map(newestAttempts(ports.projections, rollout).map((upgrade) => [upgrade.agent.id, upgrade]));
    return agentsModal({
      rollout,
      upgrades,
      visible,
      page: Number(args.words[1] ?? 0) || 0,
      now: ports.clock.now(),
    });
  },
});

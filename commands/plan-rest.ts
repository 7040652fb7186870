import { defineCommand } from "../src/conversation/command.ts";
import { rerun } from "../src/conversation/replan.ts";
import { literal } from "../src/core/split-words.ts";
import { UserError } from "../src/core/user-error.ts";
import { restOf } from "../src/features/rollout/card-buttons.ts";
import type { Visibility } from "../src/people/visibility.ts";
import { namesNow } from "../src/people/visible-ids.ts";
import type { Projections } from "../src/projections/projections.ts";
import { newestAttempts } from "../src/projections/rollout-progress.ts";
import { serverOf } from "../src/servers/find-rollout.ts";
import type { Servers } from "../src/servers/managed-server.ts";

interface Ports {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly visibility: Visibility;
}

/** Pressed on the card of a rollout that has ended: `plan-rest ROLLOUT`. */
export const planRest = defineCommand({
  name: "plan-rest",
  summary: "plan the agents of a rollout that did not begin or failed",
  args: { positional: { hint: "ROLLOUT", required: true, many: false }, flags: {}, example: "press Plan on a card" },
  async handler(args, context, ports: Ports) {
    const { call } = context;
    const rollout = await ports.visibility.required(args.words[0] ?? "", call);
    if (rollout.status !== "ended")
      throw new UserError("not-ended", `${rollout.id} has not ended: its agents are planned when it has.`);
    const server = serverOf(ports.servers, rollout);
    const rest = restOf(rollout, newestAttempts(ports.projections, rollout)).map(({ id }) => id);
    const names = await namesNow(server, new Set(rest), call.person, ports.visibility);
    const words = ["upgrade", "*", ...names.map((name) => `--only=${literal(name)}`), `--server=${server.name}`];
    return rerun(
      [...words, `--reason=rest of ${rollout.id}`],
      context,
      `What is left of ${rollout.id}. Drydock checked it again.`,
    );
  },
});

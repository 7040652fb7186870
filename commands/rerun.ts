import { defineCommand } from "../src/conversation/command.ts";
import { UserError } from "../src/core/user-error.ts";
import type { Requests } from "../src/features/approval/approval-service.ts";
import type { FollowPorts } from "../src/features/rollout/press-start.ts";
import { begun } from "../src/features/rollout/press-start.ts";
import { typedName } from "../src/features/rollout/typed-name.ts";
import type { Visibility } from "../src/people/visibility.ts";
import { serverOf } from "../src/servers/find-rollout.ts";
import type { Servers } from "../src/servers/managed-server.ts";

interface Ports extends FollowPorts {
  readonly requests: Requests;
  readonly servers: Servers;
  readonly visibility: Visibility;
}

/** Pressed on a request that came to nothing: `again ROLLOUT`. */
export const rerun = defineCommand({
  name: "again",
  summary: "ask again for what expired",
  args: { positional: { hint: "ROLLOUT", required: true, many: false }, flags: {}, example: "press Ask again" },
  async handler({ words }, context, ports: Ports) {
    const { call } = context;
    const [id = ""] = words;
    const rollout = await ports.visibility.required(id, call);
    const server = serverOf(ports.servers, rollout);
    const line = [`The agents of ${id} are read again, and those that still need it are asked for.`];
    const form = typedName(server, call, { title: "Ask again?", line, command: "again", args: words });
    if (form) return form;
    const result = await ports.requests.rerun(id, call);
    if (result.kind === "widened") throw new UserError("plan-changed", result.sentence);
    return begun(result, context, ports);
  },
});

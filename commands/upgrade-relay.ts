import { defineCommand } from "../src/conversation/command.ts";
import { readStart } from "../src/conversation/local-time.ts";
import { UserError } from "../src/core/user-error.ts";
import { NO_FILTERS, type Plans, type Selection } from "../src/features/plan/plan-port.ts";
import { partialView } from "../src/features/plan/plan-view.ts";
import { SELECTION_FLAGS } from "../src/features/plan/read-selection.ts";
import { type DrawPlanPorts, drawPlan } from "../src/features/plan/show-plan.ts";
import { serverNamed } from "../src/servers/managed-server.ts";

const { server, reason, at } = SELECTION_FLAGS;

interface Ports extends DrawPlanPorts {
  readonly plans: Plans;
}

export const upgradeRelay = defineCommand({
  name: "upgrade-relay",
  group: "Upgrade",
  summary: "plan the upgrade of relays, which a person does in turn",
  needsIdentity: true,
  args: {
    positional: { hint: "NAME", required: false, many: true, list: true },
    flags: {
      server,
      lagging: { hint: "", kind: "switch", summary: "every relay that lags" },
      reason,
      at,
    },
    example: "upgrade-relay relay-eu-*",
  },
  async handler(args, context, ports: Ports) {
    const { call } = context;
    const managed = serverNamed(ports.servers, args.text("server"));
    const lagging = args.has("lagging");
    if (lagging === args.words.length > 0)
      throw new UserError(
        "which-relays",
        "Name relays or globs, or give --lagging for all that lag. Example: upgrade-relay relay-eu-*",
      );
    const typed = args.text("at");
    const selection: Selection = {
      ...EVERY_AGENT,
      relays: args.words,
      reason: args.text("reason"),
      at: typed === undefined ? undefined : readStart(typed, managed, context.localTime).at,
    };
    const result = await ports.plans.read({
      server: managed,
      selection,
      person: call.person,
      progress: (partial) => context.show(partialView(partial)),
    });
    return drawPlan({ server: managed, selection, said: ["upgrade-relay", ...args.said] }, result, context, ports);
  },
});

/** Nothing about agents is asked. */
const EVERY_AGENT = {
  statuses: [],
  ...NO_FILTERS,
  slots: undefined,
  canary: undefined,
  hold: false,
  includeOffline: false,
  includeInactive: false,
  emergency: false,
} as const;

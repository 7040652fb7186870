import { defineCommand } from "../src/app/command.ts";
import { readStart } from "../src/app/gates/schedules.ts";
import { NO_FILTERS, type Selection } from "../src/app/plans/agent-selection.ts";
import { drawPlan, SELECTION_FLAGS, serverNamed, slowly } from "../src/app/plans/selection.ts";
import { UserError } from "../src/app/user-error.ts";
import { partialView } from "../src/app/views/plan-view.ts";

const { server, reason, at } = SELECTION_FLAGS;

export const upgradeRelay = defineCommand({
  name: "upgrade-relay",
  summary: "plan the upgrade of relays: a person upgrades each, and Drydock says when and where",
  needsIdentity: true,
  args: {
    positional: { hint: "NAME", required: false, many: true, list: true },
    flags: {
      ...(server && { server }),
      lagging: { hint: "", kind: "switch", summary: "every relay that lags" },
      ...(reason && { reason }),
      ...(at && { at }),
    },
    example: "/agents upgrade-relay relay-eu-*",
  },
  async handler(args, context) {
    const { services, call } = context;
    const managed = serverNamed(services.servers, args.text("server"));
    const lagging = args.has("lagging");
    if (lagging === args.words.length > 0)
      throw new UserError(
        "which-relays",
        "Say which relays, by name or glob, or --lagging for all that lag. Example: upgrade-relay relay-eu-*",
      );
    const typed = args.text("at");
    const selection: Selection = {
      ...EVERY_AGENT,
      relays: args.words,
      reason: args.text("reason"),
      at: typed === undefined ? undefined : readStart(typed, managed, context.localTime).at,
    };
    const result = await services.plans.read({
      server: managed,
      selection,
      person: call.person,
      progress: slowly(context, partialView),
    });
    return drawPlan({ server: managed, selection, said: ["upgrade-relay", ...args.said] }, result, context);
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

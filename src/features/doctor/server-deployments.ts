import type { Activity } from "../../model/deploy-server.ts";
import { ignoresUnread, type Policy } from "../../model/policy.ts";
import type { ServerCheck } from "./check.ts";
import { ok, problem, warning } from "./finding.ts";

/** Whether the server reports what its rule about running deployments needs. */
export const serverDeployments: ServerCheck = {
  code: "deployments",
  async run(_ports, { name, fleet, policy }) {
    if (policy.whenBusy === "require_maintenance") {
      const { maintenance } = await fleet.settings();
      if (maintenance !== undefined) return [ok("deployments", `${name} reports its maintenance mode.`)];
      return [
        problem(
          "maintenance-unknown",
          [`${name} does not report its maintenance mode, without which whenBusy lets Drydock start no upgrade.`],
          [`Let Drydock's account read the system configuration, or change servers.${name}.whenBusy.`],
        ),
      ];
    }
    const activity = await fleet.activity();
    if (!isMissing(activity, policy)) return [ok("deployments", `${name} reports what whenBusy needs.`)];
    const level = policy.whenBusy === "wait_until_zero" ? problem : warning;
    return [
      level(
        "deployments-unknown",
        [`${name} does not report running deployments to Drydock, which whenBusy: ${policy.whenBusy} needs.`],
        [`Let Drydock's account view what runs, or change servers.${name}.whenBusy.`],
      ),
    ];
  },
};

/** `auto` takes what the server reports, but waits while a reading fails. */
function isMissing(activity: Activity, policy: Policy): boolean {
  if (activity.kind === "known" || policy.whenBusy === "warn") return false;
  if (activity.kind === "not-reported") return policy.whenBusy !== "auto";
  return !ignoresUnread(policy, activity.error.fault);
}

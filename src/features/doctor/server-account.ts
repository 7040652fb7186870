import { data } from "../../core/view.ts";
import { wantedPermissions } from "../../model/policy.ts";
import type { ServerCheck } from "./check.ts";
import { type Found, ok, problem, warning } from "./finding.ts";

/** Agents that are looked at: the first, the middle and the last of the list. */
const EXAMPLES = [0, 0.5, 1];

/** Whether Drydock's own account may upgrade agents, by what the server says about it on a few of them. */
export const serverAccount: ServerCheck = {
  code: "account",
  async run({ settings }, { name, fleet, urbancode, policy }) {
    // It only reads there.
    if (policy.mode === "observe") return [];
    const agents = await fleet.agents();
    const ids = new Set(EXAMPLES.flatMap((share) => agents[Math.round(share * (agents.length - 1))]?.id ?? []));
    const details = await Promise.all([...ids].map((id) => urbancode.info(id)));
    const told = details.filter(({ callerRights }) => callerRights.size > 0);
    const lacking = new Set<string>();
    for (const { callerRights } of told)
      for (const permission of wantedPermissions(policy, new Set(callerRights.keys())))
        if (callerRights.get(permission) !== true) lacking.add(permission);
    if (told.length === 0) return [ok("account", `${name} does not report what Drydock's account may do.`)];
    if (lacking.size === 0) return [ok("account", `Drydock's account on ${name} has the permissions for upgrades.`)];
    return [lacks(name, [...lacking], settings.ownTokens)];
  },
};

/** Where people link tokens of their own, some upgrades need nothing of this account. */
function lacks(server: string, permissions: readonly string[], ownTokens: boolean): Found {
  const level = ownTokens ? warning : problem;
  return level(
    "account-permissions",
    [`Drydock's account on ${server} lacks `, data(permissions.join(", ")), ": the server would refuse its upgrades."],
    ["Give the account a role with these permissions on the teams of the agents, or on the System Team."],
  );
}

import { cause } from "../core/cause.ts";
import { type AgentGate, leftOut } from "./gate.ts";

/** Where Drydock's own account requests the upgrade, it needs the permissions too. */
export const accountPermissions: AgentGate = {
  id: "account-permissions",
  at: ["look"],
  blocks: ({ accountLacks }) =>
    accountLacks.length === 0 ? undefined : leftOut(cause("account-lacks-permission", { permissions: accountLacks })),
};

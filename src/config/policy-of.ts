import { ownSettings } from "../gates/own-settings.ts";
import type { KnownPeople } from "../gates/unsatisfiable.ts";
import type { Policy } from "../model/policy.ts";
import type { ConfigFile } from "./schema.ts";

/** A server's rules as the file writes them. */
export function policyOf(name: string, server: ConfigFile["servers"][string]): Policy {
  const { mode, approvals, approvers, selfApproval, approvalExpires, approvalCovers, pauseExpires } = server;
  const { windows, slots, retryPauses, busyAgentTimeout } = server;
  const { required, whereKnown, roleNames } = server.permissions;
  return {
    server: name,
    mode,
    approvals,
    approvers: { ...approvers, usergroupPermissions: approvers.usergroupPermissions ?? required },
    selfApproval,
    approvalExpires,
    approvalCovers,
    pauseExpires,
    windows: windows ?? [],
    slots,
    retryPauses,
    required,
    whereKnown,
    ...(Object.keys(roleNames).length > 0 ? { roleNames } : {}),
    busyAgentTimeout,
    ...ownSettings(server),
  };
}

export function knownPeople({ people }: ConfigFile, server: string): KnownPeople {
  const mapped = Object.entries(people.mapping).flatMap(([person, byServer]): [string, string][] =>
    Object.hasOwn(byServer, server) ? [[person, byServer[server]?.user ?? ""]] : [],
  );
  return { mapped: new Map(mapped), byEmail: people.emailDomains.length > 0 };
}

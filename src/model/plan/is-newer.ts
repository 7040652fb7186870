import { compareReleases, parseVersion } from "../../core/version.ts";

/** Whether the agent is of a newer release than its server; where one of the versions is not told it is not. */
export function isNewer(
  agent: { readonly version?: string | null | undefined },
  serverVersion: string | undefined,
): boolean {
  const mine = parseVersion(agent.version ?? "");
  const theirs = parseVersion(serverVersion ?? "");
  if (!mine || !theirs) return false;
  return compareReleases(mine, theirs) > 0;
}

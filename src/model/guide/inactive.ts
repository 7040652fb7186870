import type { Agent } from "../../core/agent.ts";
import type { Finding } from "../../core/finding.ts";
import { isBehind } from "../../core/version.ts";

const REMOVED = "7.1";

/** Whether the server has the setting `enableInactiveLinks` at all; where its version is not told, it may. Source: docs/upgrade-guide.md. */
export function hasSetting(serverVersion: string | undefined): boolean {
  return isBehind(serverVersion, REMOVED) !== false;
}

/** Whether this server takes actions on inactive agents, so that it is worth reading them. @param links as for `inactiveFindings`. */
export function takesInactive(serverVersion: string | undefined, links: boolean | undefined): boolean {
  return links === true && hasSetting(serverVersion);
}

/**
 * @param links what the setting says; undefined where the server does not tell.
 * @param inactive those that are inactive; undefined where they were not read, or not in time.
 */
export function inactiveFindings(
  serverVersion: string | undefined,
  links: boolean | undefined,
  inactive: readonly Agent[] | undefined,
): readonly Finding[] {
  if (takesInactive(serverVersion, links)) {
    const cause = { code: "inactive-listed", params: { inactive: inactive?.length ?? null } } as const;
    return [{ topic: "inactive", level: "note", cause, ...(inactive ? { agents: inactive } : {}) }];
  }
  if (!hasSetting(serverVersion))
    return [{ topic: "inactive", level: "note", cause: { code: "inactive-setting-gone", params: { since: REMOVED } } }];
  const code = links === false ? "inactive-not-listed" : "inactive-setting-unknown";
  return [{ topic: "inactive", level: "note", cause: { code, params: {} } }];
}

import { parseRange, parseVersion } from "../../core/version.ts";

/**
 * Documented: `active` (default true), and up to 7.0.5 also `inactive` (default false). That `active=false` alone brings the inactive
 * agents where there is no `inactive` is inferred: the list is read beside the usual one, so one that has others in it adds nothing.
 */
export function inactiveOnly(serverVersion: string | undefined): string {
  const version = parseVersion(serverVersion ?? "");
  const knowsBoth = version === undefined || parseRange("<=7.0.5")?.includes(version) === true;
  return knowsBoth ? "active=false&inactive=true" : "active=false";
}

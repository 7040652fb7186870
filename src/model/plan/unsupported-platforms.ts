import { matchesGlob } from "../../core/glob.ts";
import type { Policy } from "../policy.ts";

/** The property that names an agent's operating system: what Java calls `os.name`. Source: docs/urbancode-deploy.md, "Calls about agents". */
export const OS_PROPERTY = "sys.os.name";

/** Agents' operating systems by agent id; undefined = the property was read and does not tell. One that is not here has not been read. */
export type Systems = ReadonlyMap<string, string | undefined>;

/** Whether agents on such an operating system are left out, by the rules of their server. */
export function isUnsupportedPlatform({ unsupportedPlatforms }: Policy, os: string | undefined): boolean {
  return os !== undefined && unsupportedPlatforms.os.some((glob) => matchesGlob(glob, os.trim()));
}

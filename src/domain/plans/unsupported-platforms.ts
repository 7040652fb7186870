import { cause } from "../../core/cause.ts";
import { matchesGlob } from "../glob.ts";
import type { Policy } from "../policy.ts";
import type { Exclusion } from "./plan.ts";

/** The property that names an agent's operating system: what Java calls `os.name`. Source: docs/urbancode-deploy.md, "Calls about agents". */
export const OS_PROPERTY = "sys.os.name";

/** Agents' operating systems by agent id; undefined = the property was read and does not tell. One that is not here has not been read. */
export type Systems = ReadonlyMap<string, string | undefined>;

/** A property can hold any text, and a plan keeps it. */
const MAX_OS_LENGTH = 60;

/** Whether agents on such an operating system are left out, by the rules of their server. */
export function isUnsupportedPlatform({ unsupportedPlatforms }: Policy, os: string | undefined): boolean {
  return os !== undefined && unsupportedPlatforms.os.some((glob) => matchesGlob(glob, os.trim()));
}

/** Why an agent on this operating system is left out; undefined where it is not, or where nobody knows. */
export function platformExclusion(policy: Policy, os: string | undefined): Omit<Exclusion, "agent"> | undefined {
  if (os === undefined || !isUnsupportedPlatform(policy, os)) return undefined;
  const name = os.trim().slice(0, MAX_OS_LENGTH);
  return {
    reason: "upgrades in its own way",
    cause: cause("unsupported-platform", { name }),
  };
}

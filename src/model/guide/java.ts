import type { Agent } from "../../core/agent.ts";
import type { Finding } from "../../core/finding.ts";
import { compareVersions, parseVersion } from "../../core/version.ts";

/** From this version on, servers and relays need this Java or a later one. The vendor does not say what agents need. */
export interface JavaMinimum {
  readonly from: string;
  readonly java: number;
}

/** Source: the vendor's known causes of agents that do not come back, "wrong or unsupported Java". */
export const JAVA_MINIMUMS: readonly JavaMinimum[] = [
  { from: "6.2.2", java: 8 },
  { from: "7.0.2", java: 11 },
  { from: "8.2", java: 17 },
];

/** What servers and relays need at a version; undefined if the version is not known, or none is documented. */
export function javaMinimum(version: string | null | undefined): JavaMinimum | undefined {
  const at = parseVersion(version ?? "");
  if (!at) return undefined;
  return JAVA_MINIMUMS.findLast(({ from }) => {
    const first = parseVersion(from);
    return first !== undefined && compareVersions(at, first) >= 0;
  });
}

/** What servers and relays need at this version. */
export interface JavaNeed {
  readonly version: string;
  readonly java: number;
}

export function javaNeed(version: string | null | undefined): JavaNeed | undefined {
  const minimum = javaMinimum(version);
  return version && minimum ? { version, java: minimum.java } : undefined;
}

/** Whether one version needs a later Java than another. A version that is not known may need less than any. */
export function raisesJava(from: string | null | undefined, to: string | null | undefined): boolean {
  return (javaMinimum(to)?.java ?? 0) > (javaMinimum(from)?.java ?? 0);
}

/** Which Java the server's version needs, and whether that is more than the versions of its agents needed. */
export function javaFindings(
  agents: readonly Pick<Agent, "version">[],
  serverVersion: string | undefined,
): readonly Finding[] {
  const params = javaNeed(serverVersion);
  if (!params || agents.length === 0) return [];
  if (!agents.some(({ version }) => raisesJava(version, serverVersion)))
    return [{ topic: "java", level: "fine", cause: { code: "same-java", params } }];
  return [{ topic: "java", level: "note", cause: { code: "higher-java", params } }];
}

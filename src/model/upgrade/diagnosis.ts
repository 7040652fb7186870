import type { Cause } from "../../core/cause.ts";
import { parseVersion } from "../../core/version.ts";
import { OUTCOMES, type Outcome } from "./outcome.ts";

/**
 * What the server's own words give away; the wordings are those of the server and of the systems below it.
 * Source of the causes: docs/urbancode-deploy.md, "When an agent does not come back".
 */
const SAID = [
  // The answer's status: whatever its text says, it is about the account that asked.
  ["login-refused", /^401\b/],
  ["jar-permission", /permission.*air-agentupgrade\.jar|air-agentupgrade\.jar.*(permission|denied)/i],
  [
    "jar-missing",
    /air-agentupgrade\.jar.*(missing|not found|no such file)|(missing|not found|no such file).*air-agentupgrade\.jar/i,
  ],
  ["no-server-permission", /does not have permission|not authori[sz]ed|you must be logged in/i],
  ["disk-full", /no space left|disk (is )?full|not enough space/i],
  ["java", /java_home|unsupported.*(java|class version)|UnsupportedClassVersionError/i],
  ["websocket-header", /prohibited character.*websocket/i],
  ["certificate", /certificate|ssl handshake|PKIX/i],
  ["clock", /clock skew|timestamp.*(future|expired)/i],
  ["offline", /is offline/i],
] as const;

export type SaidDiagnosis = (typeof SAID)[number][0];

/** Why an upgrade failed, as far as it can be told from outside. Stable, for grouping: src/phrases words it. */
export type Diagnosis = Outcome | SaidDiagnosis;

/** @param detail only the server's own words tell more than the outcome. */
export function diagnose(outcome: Outcome, detail: Cause | null): Diagnosis {
  const words = detail?.code === "server-said" ? detail.params.text : undefined;
  if (outcome !== "refused" || words === undefined) return outcome;
  return SAID.find(([, says]) => says.test(words))?.[0] ?? outcome;
}

/** The diagnosis with this name; undefined where there is none. */
export function diagnosisNamed(name: string): Diagnosis | undefined {
  return [...SAID.map(([known]) => known), ...OUTCOMES].find((known) => known === name);
}

/** The folder of air-agentupgrade.jar below AGENT_HOME; undefined where the version does not tell. A compact agent has the newer one at any version. */
export function jarFolder(version: string | null): "bin" | "var/upgrade" | undefined {
  const parts = parseVersion(version ?? "")?.parts;
  if (!parts) return undefined;
  const [major = 0, minor = 0] = parts;
  return major > 7 || (major === 7 && minor >= 3) ? "var/upgrade" : "bin";
}

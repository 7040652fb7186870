import type { Agent } from "../../core/agent.ts";
import { familiesOf } from "../../core/families.ts";
import type { Finding } from "../../core/finding.ts";
import { isBelow } from "../../core/version.ts";

/**
 * Agents that may speak only SSLv3 keep it enabled on the server. Which these are is not documented: the vendor's guide says
 * "some older agents". So the version is the configuration's word, and without one nobody can tell.
 */
export function tlsFindings(agents: readonly Agent[], below: string | undefined): readonly Finding[] {
  if (agents.length === 0) return [];
  if (below === undefined) {
    const params = { families: familiesOf(agents) };
    return [{ topic: "tls", level: "note", cause: { code: "sslv3-undocumented", params } }];
  }
  const old = agents.filter((agent) => isBelow(agent.version, below));
  const unknown = agents.filter((agent) => isBelow(agent.version, below) === undefined).length;
  if (old.length === 0) {
    const level = unknown > 0 ? "note" : "fine";
    return [{ topic: "tls", level, cause: { code: "sslv3-none-known", params: { below, unknown } } }];
  }
  const params = { agents: old.length, below, unknown, families: familiesOf(old) };
  return [{ topic: "tls", level: "warn", cause: { code: "sslv3-possible", params }, agents: old }];
}

/** How many of these agents may speak only SSLv3: by the versions with which they were planned, and as the server lists them now. */
export function sslv3Counts(
  planned: readonly { readonly id: string; readonly version: string | null }[],
  listed: readonly Agent[],
  below: string,
): { readonly before: number; readonly after: number; readonly server: number } {
  const old = new Set(planned.filter(({ version }) => isBelow(version, below)).map(({ id }) => id));
  const still = listed.filter((agent) => isBelow(agent.version, below));
  return { before: old.size, after: still.filter(({ id }) => old.has(id)).length, server: still.length };
}

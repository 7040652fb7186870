import { type Agent, unknownStatuses, unknownStatusPieces } from "../../core/agent.ts";
import { count } from "../../core/format.ts";

const MAX_VERSIONS = 5;

/** `59 agents, server 7.2.3.1: 44 online, 15 upgrade-required. 44 at 7.2.3.1, 15 at 6.2.7.` */
export function agentCounts(agents: readonly Agent[], serverVersion: string | undefined, nameless: number): string {
  const unknown = unknownStatusPieces(unknownStatuses(agents)).map((piece) =>
    typeof piece === "string" ? piece : piece.data,
  );
  const statuses = tally(agents.map(({ status }) => status)).map(([status, n]) =>
    status === "unknown" ? `${n} in a status that Drydock does not know (${unknown.join("")})` : `${n} ${status}`,
  );
  const versions = tally(agents.flatMap(({ version }) => version ?? [])).map(([version, n]) => `${n} at ${version}`);
  const more = versions.length > MAX_VERSIONS ? ` and ${versions.length - MAX_VERSIONS} more versions` : "";
  const all = `${count(agents.length, "agent")}${serverVersion ? `, server ${serverVersion}` : ""}`;
  const at = versions.length === 0 ? "" : ` ${versions.slice(0, MAX_VERSIONS).join(", ")}${more}.`;
  return `${all}: ${statuses.join(", ") || "none visible to Drydock's account"}.${namelessWords(nameless)}${at}`;
}

/** The most frequent first. */
function tally<T extends string>(values: readonly T[]): readonly (readonly [T, string])[] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([value, n]) => [value, n.toLocaleString("en")]);
}

function namelessWords(n: number): string {
  return n === 0 ? "" : ` ${count(n, "more entry has", "more entries have")} an id and no name.`;
}

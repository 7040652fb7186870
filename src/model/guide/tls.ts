import type { Agent } from "../../core/agent.ts";
import { familyWords, NOTHING } from "../../core/families.ts";
import type { Finding } from "../../core/finding.ts";
import { count } from "../../core/format.ts";
import { isBelow } from "../../core/version.ts";

/**
 * Agents that may speak only SSLv3 keep it enabled on the server. Which these are is not documented: the vendor's guide says
 * "some older agents". So the version is the configuration's word, and without one nobody can tell.
 */
export function tlsFindings(agents: readonly Agent[], below: string | undefined): readonly Finding[] {
  if (agents.length === 0) return [];
  if (below === undefined)
    return [
      {
        topic: "tls",
        level: "note",
        sentence: [
          `Some older agents speak only SSLv3, and the server enables it for them. The vendor does not document which versions these are. Your agents, the oldest first: ${familyWords(agents)}.`,
        ],
        todo: [
          "Upgrade them, so that the server can disable SSLv3. Ask the vendor's support for the version, and set it as guide.sslv3Below.",
        ],
      },
    ];
  const old = agents.filter((agent) => isBelow(agent.version, below));
  const unknown = agents.filter((agent) => isBelow(agent.version, below) === undefined).length;
  const unsure = unknown > 0 ? ` The server does not report the version of ${count(unknown, "agent", "agents")}.` : "";
  if (old.length === 0)
    return [
      {
        topic: "tls",
        level: unknown > 0 ? "note" : "fine",
        sentence: [`No agent is known to be below ${below}, where they may speak only SSLv3.${unsure}`],
        todo: unknown > 0 ? ["Look up the versions that the server does not report."] : NOTHING,
      },
    ];
  return [
    {
      topic: "tls",
      level: "warn",
      sentence: [
        `${count(old.length, "agent is", "agents are")} below ${below} (${familyWords(old)}) and may speak only SSLv3, by this server's configuration. The server keeps it enabled then.${unsure}`,
      ],
      todo: ["Upgrade them, so that the server can disable SSLv3: ", { say: `upgrade * --version <${below}` }, "."],
      agents: old,
    },
  ];
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

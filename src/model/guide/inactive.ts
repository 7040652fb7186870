import type { Agent } from "../../core/agent.ts";
import type { Finding } from "../../core/finding.ts";
import { count } from "../../core/format.ts";
import { isBehind } from "../../core/version.ts";

/** As the vendor calls it; its key in the system configuration is `enableInactiveLinks`. */
export const SETTING = 'Enable "Show Inactive" Links';
const REMOVED = "7.1";

/** Whether the server has that setting at all; where its version is not told, it may. Source: docs/upgrade-guide.md. */
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
  if (takesInactive(serverVersion, links))
    return [
      {
        topic: "inactive",
        level: "note",
        sentence: [
          `${SETTING} is on: the server lists inactive agents and allows actions on them. ${countWords(inactive)}`,
        ],
        todo: ["With --include-inactive, a plan includes those that need the upgrade."],
        ...(inactive ? { agents: inactive } : {}),
      },
    ];
  if (!hasSetting(serverVersion))
    return [
      {
        topic: "inactive",
        level: "note",
        sentence: [`Servers from ${REMOVED} on have no setting ${SETTING}: inactive agents are left alone.`],
        todo: ["Make inactive agents that need the upgrade active on the server first."],
      },
    ];
  return [
    {
      topic: "inactive",
      level: "note",
      sentence: [
        links === false
          ? `${SETTING} is off: the server lists no inactive agents and allows no actions on them, so Drydock upgrades none.`
          : `The server does not report whether ${SETTING} is on, so Drydock leaves inactive agents alone.`,
      ],
      todo: [
        links === false
          ? "To upgrade them, switch it on in the server's system settings, or make the agents active."
          : "Let Drydock's account read the system configuration, or make the agents active.",
      ],
    },
  ];
}

function countWords(inactive: readonly Agent[] | undefined): string {
  if (inactive === undefined) return "Drydock could not read how many there are.";
  return inactive.length === 0
    ? "None is visible to Drydock's account."
    : `${count(inactive.length, "is", "are")} inactive.`;
}

import type { Agent } from "../agent.ts";
import { compareReleases, parseVersion } from "../version.ts";
import { known, NOTHING } from "./families.ts";
import { count, type Finding } from "./finding.ts";

/** As the vendor calls it; `enableInactiveLinks` in the system configuration. From 7.1 on there is none. Source: the vendor's guide. */
const SETTING = 'Enable "Show Inactive" Links';
const REMOVED = "7.1";

/** @param links what the setting says; undefined where the server does not tell. */
export function inactiveFindings(
  agents: readonly Agent[],
  serverVersion: string | undefined,
  links: boolean | undefined,
): readonly Finding[] {
  const listed = agents.filter(({ active }) => !active);
  const some = listed.length > 0 ? ` ${count(listed.length, "is", "are")} listed.` : "";
  const server = parseVersion(serverVersion ?? "");
  if (server && compareReleases(server, known(REMOVED)) >= 0)
    return [
      {
        topic: "inactive",
        level: "note",
        sentence: [`Servers from ${REMOVED} on have no setting ${SETTING}: inactive agents are left alone.${some}`],
        todo: ["Have inactive agents that shall be upgraded made active on the server first."],
        agents: listed,
      },
    ];
  if (links === true)
    return [
      {
        topic: "inactive",
        level: listed.length > 0 ? "note" : "fine",
        sentence: [`${SETTING} is on: inactive agents are shown, and take actions.${some}`],
        todo: listed.length > 0 ? ["With --include-inactive a plan takes them in."] : NOTHING,
        agents: listed,
      },
    ];
  return [
    {
      topic: "inactive",
      level: "note",
      sentence: [
        links === false
          ? `${SETTING} is off: inactive agents appear in no list and take no actions, so nothing is upgraded on them.${some}`
          : `Whether ${SETTING} is on, the server does not tell: inactive agents are left alone.${some}`,
      ],
      todo: [
        links === false
          ? "If they shall be upgraded: switch it on in the server's system settings, or have the agents made active."
          : "Let Drydock's account read the system configuration, or have the agents made active.",
      ],
      agents: listed,
    },
  ];
}

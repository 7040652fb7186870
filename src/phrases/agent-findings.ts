import { unknownStatusPieces } from "../core/agent.ts";
import { count } from "../core/format.ts";
import { agentsAre, agentsHave, type FindingPhrases, familyWords } from "./finding-phrase.ts";
import { javaWords } from "./java-words.ts";
import { INACTIVE_LINKS } from "./phrase.ts";

const MINUTE = 60_000;

/** What is found of agents: their statuses, names, contact, versions and what they speak. */
export const AGENT_FINDINGS = {
  "upgrade-required": {
    sentence: ({ agents }) => [`${agentsAre(agents)} Upgrade Required: no deployment runs there before the upgrade.`],
    todo: () => ["Plan them: ", { say: "upgrade-required" }, "."],
  },
  "error-or-connecting": {
    sentence: ({ agents }) => [`${agentsAre(agents)} in ERROR or CONNECTING: an upgrade would not reach them.`],
    todo: () => [
      "Usual causes: a wrong external agent URL, a mutual-authentication certificate, clocks apart, a duplicate agent name.",
    ],
  },
  offline: {
    sentence: ({ agents }) => [
      `${agentsAre(agents)} offline. Drydock does not know whether ${agents === 1 ? "it needs" : "they need"} the upgrade.`,
    ],
    todo: () => ["Check that they run and that their relay is up, or include them with --include-offline."],
  },
  "never-contacted": {
    sentence: ({ agents }) => [`${agentsHave(agents)} never been in contact.`],
    todo: () => ["Finish their installation, or delete them."],
  },
  "upgrade-recommended": {
    sentence: ({ agents }) => [`${agentsAre(agents)} Upgrade Recommended: deployments still run there.`],
    todo: () => ["Plan them: ", { say: "upgrade-recommended" }, "."],
  },
  "unknown-status": {
    sentence: ({ agents, statuses }) => [
      `${agentsHave(agents)} a status that Drydock does not know (`,
      ...unknownStatusPieces(statuses),
      "). Drydock does not know whether they need the upgrade, and leaves them alone.",
    ],
    todo: ({ statuses: [first] }) => [
      "Look at them on the server. If you know what the status means, write it in the configuration, e.g. ",
      { data: `statuses: {${/^\w+$/.test(first?.status ?? "") ? first?.status : "UPGRADE"}: upgrade-required}` },
      ".",
    ],
  },
  "no-agents-visible": {
    sentence: () => ["No agent is visible to Drydock's account."],
    todo: () => ["Give it View Agents on the agents to upgrade."],
  },
  "all-online": { sentence: () => ["All agents are online, and none asks for an upgrade."] },
  "names-shared": {
    sentence: ({ agents }) => [
      `${agentsHave(agents)} the name of another one: a known cause of agents that do not come back.`,
    ],
    todo: () => ["Rename each of them on its host, or delete the one that is not used any more."],
  },
  "clock-unknown": {
    sentence: () => [
      "The server does not report its time, so Drydock does not know how long ago agents were in contact.",
    ],
    todo: () => [
      "Compare its clock with its agents' by hand: more than about five minutes apart is a known cause of agents that stay away.",
    ],
  },
  "clocks-apart": {
    sentence: ({ ahead }) => [
      `The server's clock is ${Math.round(Math.abs(ahead) / MINUTE).toLocaleString("en")} min ${ahead > 0 ? "ahead of" : "behind"} Drydock's. Agents whose clocks are more than about five minutes from the server's may not come back.`,
    ],
    todo: () => [
      "Before a rollout correct the server's clock if it is wrong, and check that its agents' hosts have the same time.",
    ],
  },
  "contact-unknown": {
    sentence: () => ["The server does not report when its agents were last in contact."],
    todo: () => ["Test the connection of a few agents to learn more."],
  },
  silent: {
    sentence: ({ agents, minutes }) => [
      `${agentsAre(agents)} shown as connected and, by the server's own clock, ${agents === 1 ? "has" : "have"} not been in contact for more than ${minutes} min.`,
    ],
    todo: () => ["Have their connection tested before a rollout: ", { say: "check --agent NAME --test" }, "."],
  },
  "long-offline": {
    sentence: ({ agents, days }) => [`${agentsHave(agents)} been offline for more than ${days} days.`],
    todo: () => [
      "Delete those that are not needed any more. The others need the upgrade when they are back (--include-offline).",
    ],
  },
  jms: {
    sentence: ({ agents, since }) => [
      `${count(agents, "agent talks", "agents talk")} JMS. Servers from ${since} on warn of that. JMS agents cannot use Web relays.`,
    ],
    todo: () => [
      "Move agents to Web before you move their relays. The vendor does not document how long servers accept JMS.",
    ],
  },
  "inactive-listed": {
    sentence: ({ inactive }) => [
      `${INACTIVE_LINKS} is on: the server lists inactive agents and allows actions on them. ${inactiveWords(inactive)}`,
    ],
    todo: () => ["With --include-inactive, a plan includes those that need the upgrade."],
  },
  "inactive-not-listed": {
    sentence: () => [
      `${INACTIVE_LINKS} is off: the server lists no inactive agents and allows no actions on them, so Drydock upgrades none.`,
    ],
    todo: () => ["To upgrade them, switch it on in the server's system settings, or make the agents active."],
  },
  "inactive-setting-unknown": {
    sentence: () => [
      `The server does not report whether ${INACTIVE_LINKS} is on, so Drydock leaves inactive agents alone.`,
    ],
    todo: () => ["Let Drydock's account read the system configuration, or make the agents active."],
  },
  "inactive-setting-gone": {
    sentence: ({ since }) => [
      `Servers from ${since} on have no setting ${INACTIVE_LINKS}: inactive agents are left alone.`,
    ],
    todo: () => ["Make inactive agents that need the upgrade active on the server first."],
  },
  "sslv3-undocumented": {
    sentence: ({ families }) => [
      `Some older agents speak only SSLv3, and the server enables it for them. The vendor does not document which versions these are. Your agents, the oldest first: ${familyWords(families)}.`,
    ],
    todo: () => [
      "Upgrade them, so that the server can disable SSLv3. Ask the vendor's support for the version, and set it as guide.sslv3Below.",
    ],
  },
  "sslv3-none-known": {
    sentence: ({ below, unknown }) => [
      `No agent is known to be below ${below}, where they may speak only SSLv3.${unsure(unknown)}`,
    ],
    todo: ({ unknown }) => (unknown > 0 ? ["Look up the versions that the server does not report."] : []),
  },
  "sslv3-possible": {
    sentence: ({ agents, below, unknown, families }) => [
      `${agentsAre(agents)} below ${below} (${familyWords(families)}) and may speak only SSLv3, by this server's configuration. The server keeps it enabled then.${unsure(unknown)}`,
    ],
    todo: ({ below }) => [
      "Upgrade them, so that the server can disable SSLv3: ",
      { say: `upgrade * --version <${below}` },
      ".",
    ],
  },
  "same-java": { sentence: javaWords },
  "higher-java": {
    sentence: javaWords,
    todo: () => ["Look at the Java of agents with the commands of ", { say: "check --agent NAME" }, "."],
  },
} satisfies Partial<FindingPhrases>;

function inactiveWords(inactive: number | null): string {
  if (inactive === null) return "Drydock could not read how many there are.";
  return inactive === 0 ? "None is visible to Drydock's account." : `${count(inactive, "is", "are")} inactive.`;
}

function unsure(unknown: number): string {
  return unknown > 0 ? ` The server does not report the version of ${count(unknown, "agent", "agents")}.` : "";
}

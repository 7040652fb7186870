import type { Change, Sentence } from "../core/finding.ts";
import { count } from "../core/format.ts";
import { agentsAre, type FindingPhrases, familyWords } from "./finding-phrase.ts";
import { INACTIVE_LINKS } from "./phrase.ts";

/** What is found of the server's version and path, and of its relays. */
export const SERVER_FINDINGS = {
  "server-version-unknown": {
    sentence: () => [
      "The server does not report its version, so Drydock does not know whether agents are newer, or to which version it upgrades them.",
    ],
    todo: () => ["Look it up there; for the way between two versions: ", { say: "check --from 6.2.7.1 --to 7.3" }, "."],
  },
  "newer-than-server": {
    sentence: ({ agents, serverVersion, families }) => [
      `${agentsAre(agents)} newer than the server, at `,
      { data: serverVersion },
      ` (${familyWords(families)}): plans leave them out.`,
    ],
    todo: () => ["Upgrade the server first."],
  },
  "none-newer": {
    sentence: ({ serverVersion }) => ["No agent is newer than the server, at ", { data: serverVersion }, "."],
  },
  "too-old-to-deploy": {
    sentence: ({ agents }) => [
      `${agentsAre(agents)} older than 4.8.5. A server of 6.0 or later runs no deployments on such agents: the vendor calls this Upgrade Required.`,
    ],
    todo: () => ["Upgrade them first: ", { say: "upgrade * --version <4.8.5" }, "."],
  },
  "agent-versions-unknown": {
    sentence: ({ agents }) => [
      `${count(agents, "agent reports", "agents report")} no version, so no count by version includes ${agents === 1 ? "it" : "them"}.`,
    ],
    todo: () => ["The server's own list may show why."],
  },
  "path-in-one-step": {
    sentence: ({ stops }) => ["The way in one step: ", { data: wayWords(stops) }, "."],
  },
  "path-with-stops": {
    sentence: ({ stops }) => ["Not in one step: ", { data: wayWords(stops) }, "."],
    todo: () => ["Go to the first stop, bring relays and agents there, and only then move to the next."],
  },
  "path-step": {
    sentence: ({ from, to }) => ["From ", { data: stopWords(from) }, " to ", { data: stopWords(to) }, "."],
    todo: ({ relays, changes }) => [
      [`The server first, ${RELAYS[relays]}, then every agent.`, ...changes.map(changeWords)].join(" "),
    ],
  },
  "stop-skipped": {
    sentence: ({ agents, stop, families }) => [
      `${agentsAre(agents)} from before ${stopWords(stop)}, a stop on the server's upgrade path (${familyWords(families)}). The vendor does not document whether agents can skip it.`,
    ],
    todo: () => ["Let a few go first: ", { say: "upgrade * --canary 3 --hold" }, "."],
  },
  "relays-down": {
    sentence: ({ relays, agents }) => [
      `${count(relays, "relay is", "relays are")} down, with ${count(agents, "agent")} behind: these cannot be asked to upgrade, and do not come back.`,
    ],
    todo: () => [
      "Start what is down before a rollout, or leave these agents out with --exclude or Adjust. ",
      { say: "relays" },
      " lists the relays.",
    ],
  },
  "relays-lag": {
    sentence: ({ relays, agents, minimum, families }) => [
      `${count(relays, "relay lags", "relays lag")} behind ${minimum === null ? "the server" : `the minimum of ${minimum}`} (${familyWords(families)}), with ${count(agents, "agent")} behind.`,
    ],
    todo: () => ["Relays are upgraded in addition to the server: ", { say: "upgrade-relay --lagging" }, "."],
  },
  "relays-unreported": {
    sentence: ({ relays }) => [`The server reports no version or no status of ${count(relays, "relay")}.`],
    todo: () => ["Look at them in the web interface: ", RELAYS_PAGE, "."],
  },
  "relays-not-compared": {
    sentence: () => [
      "The server does not report its own version: Drydock does not know whether its relays lag behind it.",
    ],
    todo: () => ["Compare them in the web interface: ", RELAYS_PAGE, "."],
  },
  "relays-well": {
    sentence: ({ relays, minimum }) => [
      `${relays === 1 ? "The relay that Drydock sees is" : `All ${relays} relays that Drydock sees are`} up and as new as ${minimum === null ? "the server" : "they have to be"}.`,
    ],
  },
  "relays-hidden": {
    sentence: ({ relays, agents }) => [
      `${count(relays, "relay is", "relays are")} not visible to Drydock's account, with ${count(agents, "agent")} behind. Drydock does not know whether a relay there is down or lags.`,
    ],
    todo: () => LET_SEE,
  },
  "no-relays-visible": {
    sentence: ({ agents }) => [
      `No relay is visible to Drydock's account${behindOne(agents)}. That is not "none": since 6.2.2 relays show only to holders of View Agent Relays.`,
    ],
    todo: () => LET_SEE,
  },
  "relays-unread": {
    sentence: ({ agents }) => [
      `Drydock could not read the relays${behindOne(agents)}. It does not know whether they are up or lag behind the server.`,
    ],
    todo: () => LET_SEE,
  },
} satisfies Partial<FindingPhrases>;

const RELAYS_PAGE = { data: "Resources > Agent Relays" };
const LET_SEE: Sentence = [
  "Give Drydock's account View Agent Relays on them, or look in the web interface: ",
  RELAYS_PAGE,
  ".",
];

function behindOne(agents: number): string {
  return agents > 0 ? `, though ${agentsAre(agents)} behind one` : "";
}

function stopWords(versions: readonly string[]): string {
  return versions.join(" or ");
}

function wayWords(stops: readonly (readonly string[])[]): string {
  return stops.map(stopWords).join(" → ");
}

const RELAYS = {
  all: "all of its relays together with it (the vendor requires it at 6.2.3.0, and Drydock applies it to older ones too)",
  together: "its relays together with it",
  after: "then its relays",
} as const;

function changeWords(change: Change): string {
  const { from } = change;
  switch (change.what) {
    case "relays-shown-to-few":
      return `From ${from} on relays show only to accounts with View Agent Relays.`;
    case "inactive-setting-gone":
      return `The setting ${INACTIVE_LINKS} is gone from ${from} on. Before that, make inactive agents that need the upgrade active.`;
    case "jms-warned":
      return `From ${from} on the server warns of agents that talk JMS. They cannot use Web relays.`;
    case "jar-moved":
      return `From ${from} on the agent's air-agentupgrade.jar is in var/upgrade instead of bin: its account needs execute, read and write there.`;
    case "java":
      return `From ${from} on, servers and relays need Java ${change.java} or later. The vendor does not say what agents need.`;
  }
}

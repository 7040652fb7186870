import { type Agent, type AgentStatus, unknownStatuses, unknownStatusPieces } from "../../core/agent.ts";
import { NOTHING } from "../../core/families.ts";
import type { Finding } from "../../core/finding.ts";
import { count } from "../../core/format.ts";

interface StatusRule {
  readonly statuses: readonly AgentStatus[];
  readonly level: Finding["level"];
  readonly sentence: (n: number) => string;
  readonly todo: Finding["todo"];
}

const STATUSES: readonly StatusRule[] = [
  {
    statuses: ["upgrade-required"],
    level: "warn",
    sentence: (n) =>
      `${count(n, "agent is", "agents are")} Upgrade Required: no deployment runs there before the upgrade.`,
    todo: ["Plan them: ", { say: "upgrade-required" }, "."],
  },
  {
    statuses: ["error", "connecting"],
    level: "warn",
    sentence: (n) => `${count(n, "agent is", "agents are")} in ERROR or CONNECTING: an upgrade would not reach them.`,
    todo: [
      "Usual causes: a wrong external agent URL, a mutual-authentication certificate, clocks apart, a duplicate agent name.",
    ],
  },
  {
    statuses: ["offline"],
    level: "note",
    sentence: (n) =>
      `${count(n, "agent is", "agents are")} offline. Drydock does not know whether ${n === 1 ? "it needs" : "they need"} the upgrade.`,
    todo: ["Check that they run and that their relay is up, or include them with --include-offline."],
  },
  {
    statuses: ["never-contacted"],
    level: "note",
    sentence: (n) => `${count(n, "agent has", "agents have")} never been in contact.`,
    todo: ["Finish their installation, or delete them."],
  },
  {
    statuses: ["upgrade-recommended"],
    level: "note",
    sentence: (n) => `${count(n, "agent is", "agents are")} Upgrade Recommended: deployments still run there.`,
    todo: ["Plan them: ", { say: "upgrade-recommended" }, "."],
  },
];

function knownFindings(agents: readonly Agent[]): readonly Finding[] {
  return STATUSES.flatMap(({ statuses, level, sentence, todo }): readonly Finding[] => {
    const some = agents.filter(({ status }) => statuses.includes(status));
    return some.length === 0
      ? []
      : [{ topic: "preflight", level, sentence: [sentence(some.length)], todo, agents: some }];
  });
}

/** Never taken for fine: one of them may be how this server says that an upgrade is needed. */
function unknownFindings(agents: readonly Agent[]): readonly Finding[] {
  const some = agents.filter(({ status }) => status === "unknown");
  const statuses = unknownStatuses(some);
  const [first] = statuses;
  if (!first) return [];
  const example = /^\w+$/.test(first.status) ? first.status : "UPGRADE";
  return [
    {
      topic: "preflight",
      level: "warn",
      sentence: [
        `${count(some.length, "agent has", "agents have")} a status that Drydock does not know (`,
        ...unknownStatusPieces(statuses),
        "). Drydock does not know whether they need the upgrade, and leaves them alone.",
      ],
      todo: [
        "Look at them on the server. If you know what the status means, write it in the configuration, e.g. ",
        { data: `statuses: {${example}: upgrade-required}` },
        ".",
      ],
      agents: some,
    },
  ];
}

/** What the statuses say, the vendor's own judgement first. */
export function statusFindings(agents: readonly Agent[]): readonly Finding[] {
  const found = [...knownFindings(agents), ...unknownFindings(agents)];
  if (agents.length === 0)
    return [
      {
        topic: "preflight",
        level: "warn",
        sentence: ["No agent is visible to Drydock's account."],
        todo: ["Give it View Agents on the agents to upgrade."],
      },
    ];
  return found.length > 0
    ? found
    : [
        {
          topic: "preflight",
          level: "fine",
          sentence: ["All agents are online, and none asks for an upgrade."],
          todo: NOTHING,
        },
      ];
}

/**
 * Two agents of one name are among the vendor's known causes of agents that do not come back.
 * @param concerns whom it is about; whose name they share may be any other one.
 */
export function duplicateFindings(
  agents: readonly Agent[],
  concerns: (agent: Agent) => boolean = () => true,
): readonly Finding[] {
  const named = new Map<string, Agent[]>();
  for (const agent of agents) {
    const same = named.get(agent.name.toLowerCase());
    if (same) same.push(agent);
    else named.set(agent.name.toLowerCase(), [agent]);
  }
  const twice = [...named.values()]
    .filter((same) => same.length > 1)
    .flat()
    .filter(concerns);
  if (twice.length === 0) return [];
  return [
    {
      topic: "preflight",
      level: "warn",
      sentence: [
        `${count(twice.length, "agent has", "agents have")} the name of another one: a known cause of agents that do not come back.`,
      ],
      todo: ["Rename each of them on its host, or delete the one that is not used any more."],
      agents: twice,
    },
  ];
}

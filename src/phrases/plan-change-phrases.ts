import type { AgentChange } from "../core/cause.ts";
import type { Piece, Sentence } from "../core/sentence.ts";
import { listed, type Phrases, shown } from "./phrase.ts";

/** Why what was agreed to is asked for again: the plan, its agents, its time or its approvers are others now. */
export const PLAN_CHANGE_PHRASES = {
  "server-version-differs": ({ before, now }) => [
    "The server was at ",
    shown(before, "an unknown version"),
    " when this plan was made and is at ",
    shown(now, "an unknown version"),
    " now.",
  ],
  "relays-added": () => ["There are relays that were not in the plan when it was made."],
  "relay-version-differs": () => ["A relay has another version now than when this plan was made."],
  "more-behind-relays": () => ["More agents are behind these relays now than when this plan was made."],
  "agents-added": ({ agents }) => [
    agents === 1
      ? "1 agent was not in the plan when it was made."
      : `${agents} agents were not in the plan when it was made.`,
  ],
  "agent-versions-differ": ({ agents }) => [
    `${agents} of the agents ${agents === 1 ? "has" : "have"} another version now than when this plan was made.`,
  ],
  "options-differ": () => ["Its options have changed since it was made."],
  "agents-renamed-or-moved": ({ renamed, moved }) => {
    const names = `${renamed} of the agents ${renamed === 1 ? "has another name" : "have other names"}`;
    const teams = `${moved} of the agents ${moved === 1 ? "is" : "are"} on other teams`;
    const found = [...(renamed > 0 ? [names] : []), ...(moved > 0 ? [teams] : [])];
    return [`${found.join(", and ")} now than when this plan was made.`];
  },
  "agents-differ": ({ changes }) => each(changes),
  "waiting-agents-differ": ({ agents, changes }) => [
    agents === 1 ? "1 agent that waits has" : `${agents} agents that wait have`,
    " changed since the approval: ",
    ...each(changes),
    ...(agents > changes.length ? [`; and ${agents - changes.length} more`] : []),
  ],
  "start-time-missed": ({ server }) => [
    `It could not start at its time. Usual causes: a freeze, or ${server}, Slack or Drydock did not answer.`,
  ],
  "start-window-closed": ({ server }) => [`No window of ${server} was open at its time.`],
  "start-moved": () => ["Its start was moved to another time."],
  "approval-required-now": ({ server }) => [`${server} requires more approvals for it now.`],
  "too-few-approvers": ({ server, needed, able }) => [
    `${server} requires ${needed === 1 ? "1 approval" : `${needed} approvals`} for this, and ${able === 0 ? "no other person" : `only ${able} other ${able === 1 ? "person" : "people"}`} can give one now. Any other approvers left or lost the permission. The platform team can add approvers.`,
  ],
  "too-few-may-approve": ({ server, needed, others }) => [
    `${server} requires ${needed === 1 ? "1 approval" : `${needed} approvals`} for this, and ${others === 0 ? "no other person" : `only ${others} other ${others === 1 ? "person" : "people"}`} may give one. Let another person ask, or ask the platform team to add approvers.`,
  ],
} satisfies Partial<Phrases>;

function each(changes: readonly AgentChange[]): Sentence {
  return changes.flatMap((change, i) => (i === 0 ? changeWords(change) : ["; ", ...changeWords(change)]));
}

/** `web-2 6.2.7.1.5, now 6.2.7.2.1` */
function changeWords({ was, is }: AgentChange): Sentence {
  if (!was) return [{ data: is.name }, " (new), now ", shown(is.version)];
  const isRenamed = was.name !== is.name;
  const found: readonly (readonly Piece[])[] = [
    ...(isRenamed ? [["now ", { data: is.name }]] : []),
    ...(was.version === is.version ? [] : [[shown(was.version, "unknown version"), ", now ", shown(is.version)]]),
    ...(was.teams && is.teams && haveOthers(was.teams, is.teams)
      ? [["on ", ...teamWords(was.teams), ", now on ", ...teamWords(is.teams)]]
      : []),
  ];
  const separator = isRenamed ? ", " : " ";
  return [{ data: was.name }, ...found.flatMap((pieces, i): Sentence => [i === 0 ? separator : ", ", ...pieces])];
}

type Teams = NonNullable<AgentChange["is"]["teams"]>;

function haveOthers(before: Teams, now: Teams): boolean {
  const ids = (teams: Teams) => teams.map(({ id }) => id).sort();
  return ids(before).join() !== ids(now).join();
}

function teamWords(teams: Teams): readonly Piece[] {
  return teams.length === 0 ? ["no team"] : listed(teams.map(({ name }) => name));
}

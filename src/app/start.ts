import { narrowPlan, type Plan } from "../domain/plan.ts";
import { unmetRequirements } from "../domain/policy.ts";
import type { Board } from "./board.ts";
import { type Draft, droppedAgents, type Plans, type Reading } from "./plans.ts";
import { UserError } from "./user-error.ts";

export interface Started {
  readonly kind: "started";
  readonly rollout: string;
  readonly channel: string;
  readonly plan: Plan;
  readonly dropped: readonly { readonly name: string; readonly why: string }[];
}

/** Something is wider than what the person saw: they have to look again. */
export interface Widened {
  readonly kind: "widened";
  readonly reading: Reading;
  readonly sentence: string;
}

export interface Starter {
  start(draft: Draft): Promise<Started | Widened>;
}

export interface ChannelSettings {
  readonly channels: readonly string[];
  readonly operationsChannel: string | undefined;
}

/** Turns a draft into a rollout: everything is read afresh, then the agents are claimed and the rollout begins in one transaction. */
export function createStarter(ports: {
  readonly board: Board;
  readonly plans: Plans;
  readonly channels: ChannelSettings;
}): Starter {
  const { board, plans, channels } = ports;

  function place(asked: string): string | undefined {
    return channels.channels.includes(asked) ? asked : channels.operationsChannel;
  }

  return {
    async start(draft) {
      const { site } = draft;
      const channel = place(draft.channel);
      check(draft, draft.plan.agents.length, channel);
      const chosen = new Set(draft.plan.agents.map((agent) => agent.id));
      const reading = await plans.read(site, { ...draft.selection, limit: undefined }, draft.person);
      const sentence = widening(draft.plan, reading.plan);
      if (sentence) return { kind: "widened", reading, sentence };
      const fresh = reading.plan.agents.filter((agent) => chosen.has(agent.id));
      let result: Started | undefined;
      await board.change(() => {
        const claims = board.claims(site.name);
        const agents = fresh.filter((agent) => !claims.held.has(agent.id));
        const plan = narrowPlan({ ...reading.plan, excluded: draft.plan.excluded }, site.policy, agents);
        check(draft, agents.length, channel);
        const rollout = `${site.name}-${claims.rollouts + 1}`;
        result = {
          kind: "started",
          rollout,
          channel: channel ?? "",
          plan,
          dropped: droppedAgents(draft.plan, { ...plan, excluded: reading.plan.excluded }),
        };
        const serverUser = { id: reading.identity.user.id, name: reading.identity.user.name };
        return [
          {
            stream: `server.${site.name}`,
            actor: draft.person,
            facts: [{ type: "agents.claimed", data: { rollout, agents: agents.map((agent) => agent.id) } }],
          },
          {
            stream: `rollout.${rollout}`,
            actor: draft.person,
            facts: [
              {
                type: "rollout.started",
                data: { rollout, plan, owner: draft.person, serverUser, channel: channel ?? "" },
              },
            ],
          },
        ];
      });
      if (!result) throw new Error("The rollout was neither started nor refused.");
      return result;
    },
  };
}

function check(draft: Draft, agents: number, channel: string | undefined): void {
  const sentences = unmetRequirements({ policy: draft.site.policy, agents, channelAllowed: channel !== undefined });
  if (sentences.length > 0) throw new UserError(sentences.join(" "));
}

/** A sentence where the same words mean more, or something else, than they did when the person read them. */
function widening(before: Plan, now: Plan): string | undefined {
  if (before.serverVersion !== now.serverVersion) {
    return `The server was at ${before.serverVersion ?? "an unknown version"} when this plan was made and is at ${now.serverVersion ?? "an unknown version"} now.`;
  }
  const versions = new Map(before.agents.map((agent) => [agent.id, agent.version]));
  const changed = now.agents.filter((agent) => versions.has(agent.id) && versions.get(agent.id) !== agent.version);
  if (changed.length > 0)
    return `${changed.length} of the agents have another version now than when this plan was made.`;
  return undefined;
}

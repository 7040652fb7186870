import { narrowPlan, type Plan } from "../domain/plan.ts";
import { unmetRequirements } from "../domain/policy.ts";
import type { Board } from "./board.ts";
import type { Places } from "./channels.ts";
import type { Draft } from "./drafts.ts";
import { droppedAgents, type Partial, type Plans, type Reading } from "./plans.ts";
import { UserError } from "./user-error.ts";

export interface Started {
  readonly kind: "started";
  readonly rollout: string;
  readonly channel: string;
  /** Why it is not shown where it was asked for. */
  readonly notice: string | undefined;
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
  start(draft: Draft, progress: (partial: Partial) => void): Promise<Started | Widened>;
}

/** Turns a draft into a rollout: everything is read afresh, then the agents are claimed and the rollout begins in one transaction. */
export function createStarter(ports: {
  readonly board: Board;
  readonly plans: Plans;
  readonly places: Places;
}): Starter {
  const { board, plans, places } = ports;

  return {
    async start(draft, progress) {
      const { site } = draft;
      const before = draft.reading.plan;
      check(draft, before.agents.length);
      const { channel, notice } = await places.choose(draft.channel);
      const chosen = new Set(before.agents.map((agent) => agent.id));
      const selection = { ...draft.selection, limit: undefined };
      const reading = await plans.read({ site, selection, person: draft.person, again: chosen, progress });
      const sentence = widening(before, reading.plan);
      if (sentence) return { kind: "widened", reading, sentence };
      let result: Started | undefined;
      await board.change(() => {
        const claims = board.claims(site.name);
        const agents = reading.plan.agents.filter((agent) => !claims.held.has(agent.id));
        const plan = narrowPlan({ ...reading.plan, excluded: before.excluded }, site.policy, agents);
        check(draft, agents.length);
        const rollout = `${site.name}-${claims.rollouts + 1}`;
        const dropped = droppedAgents(before, { ...plan, excluded: reading.plan.excluded });
        result = { kind: "started", rollout, channel, notice, plan, dropped };
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
            facts: [{ type: "rollout.started", data: { rollout, plan, owner: draft.person, serverUser, channel } }],
          },
        ];
      });
      if (!result) throw new Error("The rollout was neither started nor refused.");
      return result;
    },
  };
}

function check(draft: Draft, agents: number): void {
  const sentences = unmetRequirements({ policy: draft.site.policy, agents });
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

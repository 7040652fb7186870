import pMap, { pMapSkip, pMapStop } from "p-map";
import type { Agent } from "../../core/agent.ts";
import { AT_ONCE } from "../../model/deploy-server.ts";
import type { TypedWord } from "./filters.ts";
import type { Pace } from "./select-agents.ts";

/** What a word does: it has a say on the plan, it matches other agents alone (one of them is named), or none at all. */
export type Effect =
  | { readonly kind: "inside" }
  | { readonly kind: "outside"; readonly agent: Agent }
  | { readonly kind: "none" };

export interface EffectRequest {
  readonly words: readonly TypedWord[];
  readonly agents: readonly Agent[];
  /** The words that the agent matches. */
  readonly wordsOf: (agent: Agent) => readonly TypedWord[] | Promise<readonly TypedWord[]>;
  /** Units of work (see Pace) that this takes. */
  readonly work: number;
  /** Whether a word of this flag that the agent matches has a say on the plan by it. */
  readonly isInside: (agent: Agent, flag: string) => boolean;
  /** Whether the person may view it: nothing is learned from an agent that they may not. */
  readonly views: (agentId: string) => Promise<boolean>;
  readonly pace: Pace;
}

/** Finds out what each word does, as far as the person may know it. Agents are asked about only until it is known. */
export async function readEffects(request: EffectRequest): Promise<ReadonlyMap<TypedWord, Effect>> {
  const { words, agents, wordsOf, work, isInside, views, pace } = request;
  const effects = new Map<TypedWord, Effect>(words.map((word) => [word, { kind: "none" }]));
  const counts = { none: words.length, outside: 0, inside: 0 };
  const flags = [...new Set(words.map(({ flag }) => flag))];
  const inside: Agent[] = [];
  const outside: Agent[] = [];
  for (const agent of agents) {
    const others = pace.spend(10 * flags.length);
    if (others !== undefined) await others;
    (flags.some((flag) => isInside(agent, flag)) ? inside : outside).push(agent);
  }

  function set(word: TypedWord, effect: Effect): void {
    counts[effects.get(word)?.kind ?? "none"] -= 1;
    counts[effect.kind] += 1;
    effects.set(word, effect);
  }

  /** Whether the agent could tell more about the word than is known. */
  function isOpen(agent: Agent, word: TypedWord): boolean {
    const kind = effects.get(word)?.kind;
    return kind === "none" || (kind === "outside" && isInside(agent, word.flag));
  }

  async function look(agent: Agent): Promise<void> {
    const others = pace.spend(work);
    if (others !== undefined) await others;
    const open = (await wordsOf(agent)).filter((word) => isOpen(agent, word));
    if (open.length === 0 || !(await views(agent.id))) return;
    for (const word of open)
      if (isOpen(agent, word)) set(word, isInside(agent, word.flag) ? { kind: "inside" } : { kind: "outside", agent });
  }

  /** Looks at these agents, until enough is known. */
  async function lookAt(these: readonly Agent[], enough: () => boolean): Promise<void> {
    const next = async (agent: Agent) => {
      if (enough()) return pMapStop;
      await look(agent);
      return pMapSkip;
    };
    await pMap(these, next, { concurrency: AT_ONCE });
  }

  await lookAt(inside, () => counts.inside === words.length);
  await lookAt(outside, () => counts.none === 0);
  return effects;
}

import type { AgentRef } from "../../core/agent-ref.ts";
import { type Cause, cause } from "../../core/cause.ts";

/** A relay that a rollout shall have upgraded, with everybody who goes dark meanwhile. */
export interface PlannedRelay {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** All agents behind it that the server lists, connected or not. */
  readonly agents: readonly AgentRef[];
  /** How many go dark: more than are listed where the server itself counts more. */
  readonly dark: number;
}

/** The part of a plan that names relays. A plan imports this file, so it is written out here. */
interface Relayed {
  readonly relays?: readonly PlannedRelay[];
}

/** Agents that go dark, each for as long as its relay is away. */
export function darkOf({ relays = [] }: Relayed): number {
  return relays.reduce((sum, { dark }) => sum + dark, 0);
}

/** Where a plan would take more relays, or more agents with them, than the one that was agreed to. */
export function relayWidening(before: readonly PlannedRelay[], now: readonly PlannedRelay[]): Cause | undefined {
  const known = new Map(before.map((relay) => [relay.id, relay]));
  for (const relay of now) {
    const earlier = known.get(relay.id);
    if (!earlier) return cause("relays-added");
    if (earlier.version !== relay.version) return cause("relay-version-differs");
    if (newBehind(earlier, relay.agents).length > 0 || relay.dark > earlier.dark) return cause("more-behind-relays");
  }
  return undefined;
}

/** Agents behind a relay that were not when it was planned. */
export function newBehind<A extends AgentRef>(planned: PlannedRelay, agents: readonly A[]): readonly A[] {
  const known = new Set(planned.agents.map(({ id }) => id));
  return agents.filter(({ id }) => !known.has(id));
}

/** What a plan's hash has of its relays. */
export function relaysForHash(relays: readonly PlannedRelay[]): readonly unknown[] {
  const sorted = [...relays].sort((a, b) => (a.id < b.id ? -1 : 1));
  return sorted.map(({ id, version, dark, agents }) => [id, version, dark, agents.map((agent) => agent.id).sort()]);
}

/** `relay-2` before `relay-10`, in one fixed language. */
const collator = new Intl.Collator("en", { numeric: true });

export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return collator.compare(a.name, b.name);
}

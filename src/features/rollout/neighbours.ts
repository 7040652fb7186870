import { count, names } from "../../core/format.ts";
import { data, type Line } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { isFailure } from "../../model/upgrade/outcome.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";

const MAX_RELAYS = 3;
const MAX_NAMES = 5;

/**
 * How the others fare behind the relays of agents that failed for one cause: it tells whether the relay is what they share.
 * @param failed those of the cause.
 * @param upgrades the newest attempt of each agent that has begun.
 */
export function neighbourLines(
  { plan }: Rollout,
  failed: readonly Upgrade[],
  upgrades: readonly Upgrade[],
  relayNames: ReadonlyMap<string, string>,
): readonly Line[] {
  const here = new Map<string, number>();
  for (const { agent } of failed) if (agent.relay) here.set(agent.relay, (here.get(agent.relay) ?? 0) + 1);
  if (here.size === 0) return [];
  const mine = new Set(failed.map(({ agent }) => agent.id));
  const newest = new Map(upgrades.map((upgrade) => [upgrade.agent.id, upgrade]));
  const relays = [...here].sort(([, a], [, b]) => b - a);
  const lines = relays.slice(0, MAX_RELAYS).map(([relay, n]): Line => {
    const others = plan.agents.filter((agent) => agent.relay === relay && !mine.has(agent.id));
    const states = STATES.flatMap(([word, is]): Line => {
      const some = others.filter(({ id }) => is(newest.get(id)));
      if (some.length === 0) return [];
      return [
        `, ${some.length} ${word} (`,
        ...names(
          some.map(({ name }) => name),
          MAX_NAMES,
        ),
        ")",
      ];
    });
    const rest: Line =
      states.length > 0 ? [`; beside ${n === 1 ? "it" : "them"}`, ...states] : ["; no other agent of this rollout"];
    return ["Behind the relay ", data(relayNames.get(relay) ?? relay), `: ${n} of these`, ...rest, "."];
  });
  return relays.length > MAX_RELAYS
    ? [...lines, [`and behind ${count(relays.length - MAX_RELAYS, "more relay")}.`]]
    : lines;
}

const STATES: readonly (readonly [string, (upgrade: Upgrade | undefined) => boolean])[] = [
  ["upgraded", (upgrade) => upgrade?.outcome?.kind === "verified"],
  ["failed otherwise", (upgrade) => upgrade?.outcome !== undefined && isFailure(upgrade.outcome.kind)],
  ["in flight", (upgrade) => upgrade !== undefined && upgrade.outcome === undefined],
  ["not begun", (upgrade) => upgrade === undefined],
];

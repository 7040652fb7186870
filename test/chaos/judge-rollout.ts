import type { Deploy } from "../../playground/deploy/start-deploy.ts";
import { keyOf } from "../../playground/messages.ts";
import { renderText } from "../../playground/slack/block-kit.ts";
import type { SlackMessage } from "../../playground/slack/workspace.ts";
import { until } from "../../playground/trial.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import { evolveUpgrade } from "../../src/model/upgrade/evolve-upgrade.ts";
import { isDone } from "../../src/model/upgrade/outcome.ts";
import type { Upgrade } from "../../src/model/upgrade/upgrade.ts";

const MINUTE = 60_000;
/** More than the longest time between two looks for late changes, in ms. */
const LATE = 20_000;

/** One rollout of a whole fleet, as Slack and the server show it. */
export interface ShownRollout {
  readonly rollout: string;
  readonly deploy: Pick<Deploy, "fleet">;
  readonly messages: readonly SlackMessage[];
}

/** The text of its newest card. */
export function cardOf(shown: Pick<ShownRollout, "rollout" | "messages">): string {
  const card = cardsOf(shown).at(-1);
  return card ? renderText(card) : "";
}

/** Waits until nothing is in flight and the card may be right, as long as that can take. */
export async function settled(shown: ShownRollout): Promise<void> {
  const { fleet } = shown.deploy;
  const done = () => doneOf(shown);
  const card = () => cardOf(shown);
  const all = [...fleet.agents.values()];
  await until("nothing in flight", () => all.every((agent) => !fleet.now(agent).inFlight), 5 * MINUTE);
  // Late changes are looked for rarely; agents that were skipped stay so, whatever becomes of them.
  await until(
    () => `a card that may be right: ${done()} are upgraded, and ${shown.rollout} says:\n${card()}`,
    () => done() - upgradedOn(card()) >= 0 && done() - upgradedOn(card()) <= skippedOn(card()),
    MINUTE,
  );
  await until("all late changes", () => done() === upgradedOn(card()), LATE).catch(() => undefined);
}

/** Holds what the card says and what the ledger has against how things really are: what is not as it has to be. */
export function judgeRollout(shown: ShownRollout, events: readonly StoredEvent[]): readonly string[] {
  const { fleet } = shown.deploy;
  const newest = newestUpgrades(events.filter(({ stream }) => stream.startsWith(`upgrade.${shown.rollout}.`)));
  const problems: string[] = [];
  if (fleet.maxInFlightOurs > 10) problems.push(`${fleet.maxInFlightOurs} of ours were in flight`);
  let left = 0;
  for (const { id, name } of fleet.agents.values()) {
    const outcome = newest.get(id)?.outcome?.kind;
    if (outcome === undefined) problems.push(`${name} was lost`);
    else if (outcome === "skipped") left += isNew(shown, id) ? 1 : 0;
    else if (isDone(outcome) !== isNew(shown, id))
      problems.push(`${name} counts as ${outcome} and is at ${versionOf(shown, id)}`);
  }
  const done = doneOf(shown) - left;
  if (upgradedOn(cardOf(shown)) !== done) problems.push(`${done} are upgraded, and the card says:\n${cardOf(shown)}`);
  const channels = cardsOf(shown).map(({ channel }) => channel);
  if (channels.length === 0 || new Set(channels).size < channels.length)
    problems.push(`there are ${channels.length} cards, in ${channels.join(", ")}`);
  return problems;
}

/** One in each channel at most: a card that Slack refuses goes on in another one. */
function cardsOf({ messages, rollout }: Pick<ShownRollout, "rollout" | "messages">) {
  return messages.filter((message) => keyOf(message) === `${rollout}/card`);
}

function upgradedOn(card: string): number {
  const [, all, some] = /(?:all ([\d,]+)|([\d,]+) of [\d,]+) upgraded/.exec(card) ?? [];
  if (/none of [\d,]+ upgraded/.test(card)) return 0;
  return Number((all ?? some)?.replaceAll(",", "") ?? Number.NaN);
}

function skippedOn(card: string): number {
  return Number(/(\d+) skipped/.exec(card)?.[1] ?? 0);
}

function doneOf(shown: ShownRollout): number {
  return [...shown.deploy.fleet.agents.values()].filter(({ id }) => isNew(shown, id)).length;
}

function isNew(shown: ShownRollout, id: string): boolean {
  return versionOf(shown, id) === shown.deploy.fleet.target;
}

function versionOf({ deploy }: ShownRollout, id: string): string | undefined {
  const agent = deploy.fleet.agents.get(id);
  return agent && deploy.fleet.now(agent).version;
}

function newestUpgrades(events: readonly StoredEvent[]): ReadonlyMap<string, Upgrade> {
  const states = new Map<string, Upgrade>();
  const newest = new Map<string, Upgrade>();
  for (const event of events) {
    const state = evolveUpgrade(states.get(event.stream), event);
    if (!state) continue;
    states.set(event.stream, state);
    if (state.attempt >= (newest.get(state.agent.id)?.attempt ?? 0)) newest.set(state.agent.id, state);
  }
  return newest;
}

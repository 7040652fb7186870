import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SERVICE_USER } from "../../playground/deploy/people.ts";
import { keyOf } from "../../playground/messages.ts";
import { renderText } from "../../playground/slack/block-kit.ts";
import { type Trial, until } from "../../playground/trial.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import { evolveUpgrade } from "../../src/model/upgrade/evolve-upgrade.ts";
import { isDone } from "../../src/model/upgrade/outcome.ts";
import type { Upgrade } from "../../src/model/upgrade/upgrade.ts";
import type { Observer } from "./observer.ts";

const MINUTE = 60_000;
/** More than the longest time between two looks for late changes, in ms. */
const LATE = 20_000;

/** Holds what the card says and what the ledger has against how things really are. Ends Drydock. */
export async function judge(
  trial: Trial,
  { violations, asked }: Observer,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const { fleet } = trial.deploy;
  const all = [...fleet.agents.values()];
  const isNew = (id: string) => fleet.agents.get(id) !== undefined && versionOf(trial, id) === fleet.target;
  const done = () => all.filter(({ id }) => isNew(id)).length;
  await until("nothing in flight", () => all.every((agent) => !fleet.now(agent).inFlight), 5 * MINUTE);
  // Late changes are looked for rarely; agents that were skipped stay so, whatever becomes of them.
  await until(
    "a card that may be right",
    () => done() - upgraded(trial) >= 0 && done() - upgraded(trial) <= skipped(trial),
    MINUTE,
  );
  await until("all late changes", () => done() === upgraded(trial), LATE).catch(() => undefined);
  await trial.endBot();

  const events = await eventsOf(trial);
  const newest = newestUpgrades(events);
  const problems = [...violations];
  if (fleet.maxInFlightOurs > 10) problems.push(`${fleet.maxInFlightOurs} of ours were in flight`);
  let left = 0;
  for (const { id, name } of all) {
    const outcome = newest.get(id)?.outcome?.kind;
    if (outcome === undefined) problems.push(`${name} was lost`);
    else if (outcome === "skipped") left += isNew(id) ? 1 : 0;
    else if (isDone(outcome) !== isNew(id))
      problems.push(`${name} counts as ${outcome} and is at ${versionOf(trial, id)}`);
  }
  if (upgraded(trial) !== done() - left)
    problems.push(`${done() - left} are upgraded, and the card says:\n${cardOf(trial)}`);
  const channels = cardsOf(trial).map(({ channel }) => channel);
  if (channels.length === 0 || new Set(channels).size < channels.length)
    problems.push(`there are ${channels.length} cards, in ${channels.join(", ")}`);
  say(cardOf(trial).split("\n").slice(0, 4).join(" | "));
  const requests = [...asked.values()].reduce((sum, count) => sum + count, 0);
  const met = fleet.triggers.filter(({ user, deploying }) => user === SERVICE_USER && deploying).length;
  // One may begin between the last look at what runs and the request.
  say(`${met} requests met a deployment`);
  say(
    `${requests} requests for upgrades; in flight at most ${fleet.maxInFlightOurs} of ours, ${fleet.maxInFlight} of all`,
  );
  return problems;
}

export function cardOf(trial: Trial): string {
  const card = cardsOf(trial).at(-1);
  return card ? renderText(card) : "";
}

/** One in each channel at most: a card that Slack refuses goes on in another one. */
function cardsOf({ slack }: Trial) {
  return slack.workspace.messages.filter((message) => keyOf(message) === "prod-1/card");
}

function upgraded(trial: Trial): number {
  return Number(/([\d,]+) of [\d,]+ upgraded/.exec(cardOf(trial))?.[1]?.replaceAll(",", "") ?? Number.NaN);
}

function skipped(trial: Trial): number {
  return Number(/(\d+) skipped/.exec(cardOf(trial))?.[1] ?? 0);
}

function versionOf({ deploy }: Trial, id: string): string | undefined {
  const agent = deploy.fleet.agents.get(id);
  return agent && deploy.fleet.now(agent).version;
}

/** The ledger's own check of its file and chain is part of reading it. */
async function eventsOf({ directory }: Trial): Promise<readonly StoredEvent[]> {
  const file = join(directory, "drydock.db");
  const key = Buffer.from(readFileSync(`${file}.key`, "utf8").trim(), "utf8");
  const ledger = openSqliteLedger({ file, key });
  try {
    return await ledger.since(0, 10_000_000);
  } finally {
    await ledger.close();
  }
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

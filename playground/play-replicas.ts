import { wallClock } from "./clock.ts";
import { keyOf } from "./messages.ts";
import { canStart } from "./play.ts";
import type { Replicas } from "./replicas.ts";
import { renderText } from "./slack/block-kit.ts";
import { createStage } from "./stage.ts";
import { type Trial, until } from "./trial.ts";

export const AGENTS = 30;
/** In real ms. Only a Drydock that is dead reaches it. */
const LIMIT = 2 * 60_000;
/** So long may a duty be without a replica, in ms. */
const MAX_TAKE_OVER = 10_000;

/** What a replica does that has a duty. */
function workOf(duty: string): string {
  return duty === "slack" ? "talks to Slack" : `watches ${duty.slice("server:".length)}`;
}

/** Plays a rollout in whose course two of three replicas are killed. Returns what was not as it should be. */
export async function playReplicas(
  trial: Trial,
  replicas: Replicas,
  narrate: (line: string) => void,
): Promise<readonly string[]> {
  const { fleet } = trial.deploy;
  const stage = createStage(trial, wallClock, narrate, LIMIT);
  const agents = [...fleet.agents.values()];
  const upgraded = () => agents.filter((agent) => fleet.now(agent).version === fleet.target).length;
  const wrong: string[] = [];
  const expect = (fact: string, isRight: boolean) => void (isRight || wrong.push(fact));

  narrate("== 1. Three replicas share the work");
  await until("each replica has a duty", () => replicas.all.every(({ duties }) => duties.size === 1), LIMIT);
  for (const { name, pid, duties } of replicas.all)
    console.log(`${name} (process ${pid}) ${[...duties].map(workOf).join(", ")}.`);
  const plan = await stage.ask("U0ALICE", 'upgrade-required --server prod --reason "patch night"', canStart);
  stage.press("U0ALICE", plan, "start");

  await until("a third is upgraded", () => upgraded() >= AGENTS / 3, LIMIT);
  narrate("== 2. The replica that watches prod is killed");
  expect(`agents wait when it is killed (${upgraded()} are upgraded)`, upgraded() < AGENTS);
  expect("another replica takes over within 10 s", (await kill("server:prod")) < MAX_TAKE_OVER);

  await until("half of them are upgraded", () => upgraded() >= AGENTS / 2, LIMIT);
  narrate("== 3. The replica that talks to Slack is killed, too");
  expect("the last replica answers within 10 s", (await kill("slack")) < MAX_TAKE_OVER);
  await stage.ask("U0ALICE", "status", (answer) => renderText(answer).includes("prod-1"));

  narrate("== 4. The last replica ends the rollout");
  await stage.ended("prod-1");
  const card = await stage.posted("prod-1/card");
  expect("the card counts all", renderText(card).includes(`all ${AGENTS} upgraded`));
  expect("every agent is upgraded", upgraded() === AGENTS);
  expect(
    "every agent is asked once",
    agents.every(({ accepted, duplicates }) => accepted === 1 && duplicates === 0),
  );
  expect(`never more than ten are in flight (${fleet.maxInFlight})`, fleet.maxInFlight <= 10);
  expect("each message is posted once", hasNoTwins(trial));
  return wrong;

  /** kill -9 for the replica with this duty. How long the duty was without one, in ms. */
  async function kill(duty: string): Promise<number> {
    const victim = replicas.holder(duty);
    if (!victim) throw new Error(`No replica ${workOf(duty)}.`);
    const lost = [...victim.duties];
    console.log(`kill -9 ${victim.pid}: that was ${victim.name}, with ${fleet.inFlight("ours")} upgrades in flight.`);
    const from = wallClock.monotonic();
    await victim.kill();
    await until(`another replica ${workOf(duty)}`, () => lost.every((one) => replicas.holder(one)), LIMIT);
    const took = wallClock.monotonic() - from;
    for (const one of lost)
      console.log(`After ${(took / 1_000).toFixed(1)} s ${replicas.holder(one)?.name} ${workOf(one)}.`);
    return took;
  }
}

/** No two messages of the rollout have the same key. */
function hasNoTwins({ slack: { workspace } }: Trial): boolean {
  const keys = workspace.messages
    .filter(({ deleted }) => !deleted)
    .flatMap((message) => keyOf(message) ?? [])
    .filter((key) => key.startsWith("prod-1/"));
  return new Set(keys).size === keys.length;
}

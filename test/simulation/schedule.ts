import { isDone } from "../../src/domain/upgrades/outcome.ts";
import { evolveUpgrade, type Upgrade } from "../../src/domain/upgrades/upgrade.ts";
import { BEGIN, disturbClock, disturbPut } from "./clock-faults.ts";
import { createWorld, startRollout, type World } from "./run.ts";
import { OLD, SIM_PUT_ANSWERS, type SimPutAnswer } from "./server.ts";

const SECOND = 1_000;

/**
 * One schedule: trouble of every kind at random moments, then calm until the rollout is over.
 * @param clocks whether the machine's clock jumps and the machine sleeps too. The golden logs are of schedules without.
 * @param answers whether something that is not the server's API answers too, or the server wants to be asked again. Likewise.
 */
export async function play(seed: number, { clocks = false, answers = false } = {}): Promise<World> {
  const world = await createWorld(seed, {
    ...(clocks ? { begin: BEGIN, beforePut: disturbPut } : {}),
    // Holds last longer than other trouble. An attempt that was not sent has to wait for their end.
    ...(answers ? { deadlines: { lateWatch: 24 * 3_600 * SECOND } } : {}),
  });
  const { server, slack, random } = world;
  await startRollout(world);
  const chance = (p: number) => random() < p;
  for (let i = 0; i < 30; i += 1) {
    world.deadly = chance(0.3) ? 0.01 : 0;
    if (chance(0.15)) server.trouble = chance(0.5) ? "unreachable" : "failing";
    else if (chance(0.5)) server.trouble = "none";
    // A relay that fails is often back before what its agents were asked for has begun.
    if (chance(server.relayDown ? 0.5 : 0.15)) server.relayDown = !server.relayDown;
    if (chance(0.1)) server.silent = chance(0.5) ? `a${Math.floor(random() * server.agents.size)}` : undefined;
    if (chance(server.rightsHidden ? 0.4 : 0.05)) server.rightsHidden = !server.rightsHidden;
    if (chance(0.1)) slack.trouble = chance(0.5) ? 0.5 : 0;
    if (chance(0.15)) server.upgradeElsewhere(1 + Math.floor(random() * 3));
    if (chance(0.01)) server.version = "7.3.0.0.1";
    if (chance(0.03)) void world.say("pause");
    if (clocks && chance(0.1)) disturbClock(world);
    if (answers && chance(0.1)) server.trouble = chance(0.7) ? "not-the-api" : "login-refused";
    if (answers && chance(0.3)) server.puts = chance(0.5) ? "none" : anyPutAnswer(random);
    await world.step(1 + Math.floor(random() * 15) * SECOND);
  }
  world.deadly = 0;
  server.trouble = "none";
  server.puts = "none";
  server.relayDown = false;
  server.silent = undefined;
  server.rightsHidden = false;
  slack.trouble = 0;
  // One that was killed at the last moment is started again first.
  await world.step(SECOND);
  for (let i = 0; i < 400; i += 1) {
    const ended = slack.text("prod-1/card")?.includes("finished") && slack.text("prod-1/end");
    if (ended) break;
    if (slack.text("prod-1/card")?.includes("paused")) await world.say("resume prod-1");
    await world.step(10 * SECOND);
  }
  // The late watch corrects what came back after its time.
  await world.step(150 * SECOND);
  return world;
}

function anyPutAnswer(random: () => number): SimPutAnswer {
  return SIM_PUT_ANSWERS[Math.floor(random() * SIM_PUT_ANSWERS.length)] ?? "none";
}

/** What is not as it has to be once everything is over; none = all is well. */
export async function problemsOf(world: World): Promise<readonly string[]> {
  const { server, slack, ledger, violations, errors } = world;
  const problems = [...violations, ...errors.map((error) => `logged: ${error}`)];
  let skipped = 0;
  const newest = new Map<string, Upgrade>();
  const states = new Map<string, Upgrade>();
  for (const event of await ledger.since(0, 1_000_000)) {
    const state = evolveUpgrade(states.get(event.stream), event);
    if (!state) continue;
    states.set(event.stream, state);
    newest.set(state.agent.id, state);
  }
  for (const { id, version } of server.agents.values()) {
    const outcome = newest.get(id)?.outcome?.kind;
    const notTaken = !world.puts.has(id) || (newest.get(id)?.postponements ?? 0) > 0;
    // Hidden for longer than an upgrade takes, it was left out, whatever somebody else did to it.
    if (outcome === "skipped" && notTaken) skipped += version === OLD ? 0 : 1;
    else if (outcome === undefined) problems.push(`${id} was lost`);
    else if (isDone(outcome) !== (version !== OLD)) problems.push(`${id} is at ${version} and counts as ${outcome}`);
  }
  const done = [...server.agents.values()].filter(({ version }) => version !== OLD).length - skipped;
  const card = slack.text("prod-1/card") ?? "there is no card";
  if (!card.includes(`${done} of ${server.agents.size} upgraded`))
    problems.push(`${done} are done, and the card: ${card}`);
  const posted = slack.messages.map(({ key }) => key);
  problems.push(...posted.filter((key, at) => posted.indexOf(key) !== at).map((key) => `${key} was posted twice`));
  return problems;
}

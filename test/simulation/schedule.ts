import { evolveUpgrade } from "../../src/model/upgrade/evolve-upgrade.ts";
import { isDone } from "../../src/model/upgrade/outcome.ts";
import type { Upgrade } from "../../src/model/upgrade/upgrade.ts";
import { showsEnd } from "../support/shows-end.ts";
import { storedProse } from "../support/stored-prose.ts";
import { withoutEvidence } from "../support/without-evidence.ts";
import { BEGIN, disturbClock, disturbPut } from "./clock-faults.ts";
import { disturbDeployments } from "./deployment-faults.ts";
import { createWorld, startRollout, type World } from "./run.ts";
import { OLD, SIM_PUT_ANSWERS, type SimPutAnswer } from "./server.ts";
import type { SimSlack } from "./slack.ts";

const SECOND = 1_000;
/**
 * How long late changes are looked for where clocks jump, deployments run or something else answers. Of a sleep up to 200 s count:
 * twice the time between two lists when no rollout is under way. An attempt that has to be made again waits while its agent is busy
 * or its server is held. The short late watch of the other schedules could end before that.
 */
const LONG_WATCH = 24 * 3_600 * SECOND;

/** Kinds of trouble that a schedule has only if it is asked for. */
interface Faults {
  /** The machine's clock jumps, and the machine sleeps. */
  readonly clocks: boolean;
  /** Deployments begin and end on the agents, and what runs cannot always be read. */
  readonly deployments: boolean;
  /** Slack refuses messages for ever. */
  readonly refusals: boolean;
  /** Something that is not the server's API answers, or the server wants to be asked again. */
  readonly answers: boolean;
  /** Some servers do not tell how many agents are in each status. */
  readonly counts: boolean;
}

export const EVERY_FAULT: Faults = { clocks: true, deployments: true, refusals: true, answers: true, counts: true };

/** What Slack may refuse for good, from some moment on: some way is left to tell everything. */
const REFUSALS: readonly SimSlack["refuses"][] = [
  ({ plain }) => (plain === false ? "invalid_blocks" : undefined),
  ({ method, channel }) => (method === "edit" && channel === "C0" ? "msg_blocks_too_long" : undefined),
  ({ method, channel }) => (method !== "find" && channel === "C0" ? "invalid_arguments" : undefined),
  ({ channel }) => (channel.startsWith("C") ? "restricted_action" : undefined),
  ({ thread }) => (thread === undefined ? undefined : "no_text"),
];

/**
 * One schedule: trouble of every kind at random moments, then calm until the rollout is over.
 * @param faults further kinds of trouble. The golden logs are of schedules without any of them.
 */
export async function play(seed: number, faults: Partial<Faults> = {}): Promise<World> {
  const { clocks, deployments, refusals, answers } = faults;
  const world = await createWorld(seed, {
    ...(clocks ? { begin: BEGIN, beforePut: disturbPut } : {}),
    ...(deployments ? { policy: { whenBusy: "auto", busyAgentTimeout: 60 * SECOND } } : {}),
    ...(clocks || deployments || answers ? { deadlines: { lateWatch: LONG_WATCH } } : {}),
    ...(refusals ? { operationsChannel: "C0OPS" } : {}),
  });
  const { server, slack, random } = world;
  // Of half of the servers Drydock may not read how many agents are in each status.
  server.countsHidden = faults.counts === true && seed % 2 === 0;
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
    if (deployments) disturbDeployments(world);
    if (refusals && chance(0.03)) slack.refuses = REFUSALS[Math.floor(random() * REFUSALS.length)] ?? (() => undefined);
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
  server.deployments.clear();
  server.reports = "named";
  slack.trouble = 0;
  // One that was killed at the last moment is started again first.
  await world.step(SECOND);
  for (let i = 0; i < 400; i += 1) {
    const ended = showsEnd(slack.text("prod-1/card")) && slack.text("prod-1/end");
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
  const events = await ledger.since(0, 1_000_000);
  problems.push(...storedProse(events), ...withoutEvidence(events));
  for (const event of events) {
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
  const [, all, some] = /(?:all (\d+)|(\d+) of \d+) upgraded/.exec(card) ?? [];
  const shown = /none of \d+ upgraded|did not need the upgrade|no agent needed/.test(card) ? 0 : Number(all ?? some);
  if (shown !== done && shown + toldInPlaceOfTheCard(slack) !== done)
    problems.push(`${done} are done, and the card: ${card}`);
  // A card that a channel refuses is posted once more, in another one.
  const posted = slack.messages.map(({ key, posted: { channel } }) =>
    channel === "C0" ? key : `${key} in ${channel}`,
  );
  problems.push(...posted.filter((key, at) => posted.indexOf(key) !== at).map((key) => `${key} was posted twice`));
  return problems;
}

/** How many late changes were told in messages, if Slack edits the card no more: once its end was told, it is not posted anew. */
function toldInPlaceOfTheCard({ messages, refuses }: SimSlack): number {
  const card = messages.findLast(({ key }) => key === "prod-1/card")?.posted;
  const stays = card && refuses({ method: "edit", ...card, plain: true }) !== undefined;
  // A reply whose post got no answer is told once more elsewhere, if its channel then refuses it.
  return stays
    ? new Set(messages.map(({ key }) => key).filter((key) => /^prod-1\/late-.*-verified$/.test(key))).size
    : 0;
}

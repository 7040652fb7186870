import { setTimeout as delay } from "node:timers/promises";
import { createRng } from "../../playground/deploy/rng.ts";
import type { PostgresServer } from "../../playground/postgres/start-postgres.ts";
import { until } from "../../playground/trial.ts";
import { showsEnd } from "../support/shows-end.ts";
import { type SeenDuty, watchDuties } from "./duty-watch.ts";
import { cardOf, judgeRollout, settled } from "./judge-rollout.ts";
import { judgeShared } from "./judge-shared.ts";
import type { Replica } from "./replica.ts";
import { type Fleets, type FleetsOptions, startFleets, startRollouts } from "./replicas-trial.ts";
import { reportStorm } from "./report-storm.ts";
import { createTakeOverTimes, type Fault } from "./take-over-times.ts";
import { createTypist } from "./typist.ts";

export interface ReplicasStormOptions extends FleetsOptions {
  readonly postgres: PostgresServer;
  readonly kills: number;
  /** SIGSTOP for 9 s, so many times. */
  readonly stops: number;
  /** Nothing passes between a replica and PostgreSQL for 30 s, so many times. */
  readonly cuts: number;
  /** PostgreSQL ends in the middle of everything and is back after 8 s, so many times. */
  readonly crashes: number;
  readonly say: (line: string) => void;
}

const MINUTE = 60_000;
const STOPPED_FOR = 9_000;
const CUT_FOR = 30_000;
const AWAY_FOR = 8_000;
/** A replica that has lost a duty ends its work within 4 s; the rest is for a machine that is busy. */
const ENDS_WITHIN = 10_000;
const ENDED = "this replica's work at a duty ends";
/** After so long a duty that no replica works at is a broken promise, also on a machine that is busy. */
const TAKEN_WITHIN = 5 * MINUTE;

/** A storm on three replicas that share a PostgreSQL. What was not as it has to be; none = all is well. */
export async function runReplicasStorm(options: ReplicasStormOptions): Promise<readonly string[]> {
  const { postgres, seed, say } = options;
  const random = createRng(seed);
  const fleets = await startFleets(options, random);
  const watch = watchDuties(postgres.url);
  const { replicas } = fleets;
  const times = createTakeOverTimes({
    duties: watch.duties,
    heardSlackAt: () =>
      Math.max(
        ...replicas.flatMap(({ lines }) => lines.filter(({ msg }) => msg === "Drydock is ready")).map(({ at }) => at),
      ),
    pause: () => delay(20),
  });
  const typist = createTypist(fleets.trial.slack);
  const problems: string[] = [];
  try {
    await until("every replica takes part", () => watch.living().size === replicas.length, 10 * MINUTE);
    await startRollouts(fleets);
    say(`${fleets.rollouts.length} rollouts have begun`);
    problems.push(...(await storm(options, { fleets, random, watch, times, typist })));
    say("the storm is over; waiting for the rollouts to end");
    for (const shown of fleets.rollouts)
      await until(`the end of ${shown.rollout}`, () => showsEnd(cardOf(shown)), 15 * MINUTE);
    for (const shown of fleets.rollouts) await settled(shown);
    const codes = await Promise.all(replicas.map((replica) => replica.stop()));
    if (codes.some((code) => code !== 0)) problems.push(`the replicas ended with ${codes.join(", ")}`);
    problems.push(...(await judgeShared(fleets, postgres.url, judgeRollout)));
    for (const shown of fleets.rollouts) say(cardOf(shown).split("\n").slice(0, 2).join(" | "));
    reportStorm({ times, watch, typist, replicas, say });
    return problems;
  } catch (error) {
    reportStorm({ times, watch, typist, replicas, say });
    return [...problems, error instanceof Error ? error.message : String(error)];
  } finally {
    await watch.stop();
    await fleets.stop();
  }
}

interface Parts {
  readonly fleets: Fleets;
  readonly random: () => number;
  readonly watch: ReturnType<typeof watchDuties>;
  readonly times: ReturnType<typeof createTakeOverTimes>;
  readonly typist: ReturnType<typeof createTypist>;
}

/** Every fault once for each time that it is wanted, in an order that follows from the seed. Kills go on while replicas are stopped or cut off. */
async function storm(options: ReplicasStormOptions, parts: Parts): Promise<readonly string[]> {
  const { postgres, say } = options;
  const { fleets, random, watch, times, typist } = parts;
  const problems: string[] = [];
  const disturbed = new Set<Replica>();
  const background: Promise<void>[] = [];
  const order = [
    ...Array<Fault>(options.kills).fill("kill -9"),
    ...Array<Fault>(options.stops).fill("SIGSTOP"),
    ...Array<Fault>(options.cuts).fill("network cut"),
    ...Array<Fault>(options.crashes).fill("PostgreSQL crash"),
  ]
    .map((fault) => ({ fault, at: random() }))
    .sort((a, b) => a.at - b.at);
  const dutiesOf = (replica: Replica) => {
    const pid = replica.pid();
    return [...watch.duties().values()].filter((duty) => pid !== undefined && duty.pid === pid);
  };
  /** Most often one that has a duty. */
  const anyReplica = () => {
    const calm = fleets.replicas.filter((replica) => !disturbed.has(replica) && replica.pid() !== undefined);
    const busy = calm.filter((replica) => dutiesOf(replica).length > 0);
    const among = random() < 0.7 && busy.length > 0 ? busy : calm;
    return among[Math.floor(random() * among.length)];
  };
  const isAlone = (replica: Replica) =>
    !fleets.replicas.some(
      (other) => other !== replica && !disturbed.has(other) && watch.living().has(other.pid() ?? Number.NaN),
    );

  async function follow(fault: Fault, duties: readonly SeenDuty[], since: number, alone = false): Promise<void> {
    const left = await times.measure(alone ? `${fault} of the only one` : fault, duties, since, TAKEN_WITHIN);
    for (const name of left) problems.push(`${name} was without a replica for five minutes after: ${fault}`);
  }

  /** One replica is disturbed for a while; the others go on meanwhile. */
  async function disturb(fault: Fault, ms: number, begin: (one: Replica) => void, end: (one: Replica) => void) {
    const one = anyReplica();
    if (!one || disturbed.size > 0) await Promise.all(background.splice(0));
    const replica = one ?? anyReplica();
    if (!replica) return;
    disturbed.add(replica);
    const duties = dutiesOf(replica);
    const alone = isAlone(replica);
    const since = performance.now();
    say(`${fault}: ${replica.name}, which has ${duties.map(({ name }) => name).join(", ") || "no duty"}`);
    const pid = replica.pid();
    begin(replica);
    background.push(
      delay(ms).then(async () => {
        end(replica);
        const from = fault === "SIGSTOP" ? performance.now() : since;
        await delay(ENDS_WITHIN);
        disturbed.delete(replica);
        for (const duty of duties) {
          const ended = replica.lines.find(
            (line) => line.pid === pid && line.at > since && line.msg === ENDED && line.duty === duty.name,
          );
          if (ended) times.ended(fault, ended.at - from);
          else if (replica.pid() === pid && (watch.duties().get(duty.name)?.epoch ?? 0) > duty.epoch)
            problems.push(`${replica.name} goes on with ${duty.name}, which another replica has had since: ${fault}`);
        }
      }),
    );
    await follow(fault, duties, since, alone);
  }

  async function kill(): Promise<void> {
    const replica = anyReplica();
    if (!replica) return;
    const duties = dutiesOf(replica);
    const alone = isAlone(replica);
    const since = performance.now();
    say(`kill -9: ${replica.name}, which has ${duties.map(({ name }) => name).join(", ") || "no duty"}`);
    await replica.kill();
    const typed = delay(random() * 1_000).then(() => typist.type(duties.some(({ name }) => name === "slack")));
    await Promise.all([follow("kill -9", duties, since, alone), typed]);
  }

  async function crash(): Promise<void> {
    await Promise.all(background.splice(0));
    say("PostgreSQL crash");
    const duties = [...watch.duties().values()];
    await postgres.end(random() < 0.5 ? "SIGQUIT" : "SIGKILL");
    await delay(AWAY_FOR);
    await restart(postgres);
    await follow("PostgreSQL crash", duties, performance.now());
  }

  for (const { fault } of order) {
    const moment = requestsOf(fleets) + Math.floor(random() * 40);
    await until("the moment", () => requestsOf(fleets) >= moment, 10_000).catch(() => undefined);
    if (fault === "kill -9") await kill();
    if (fault === "SIGSTOP")
      await disturb(
        fault,
        STOPPED_FOR,
        (one) => one.freeze(),
        (one) => one.wake(),
      );
    if (fault === "network cut")
      await disturb(
        fault,
        CUT_FOR,
        (one) => one.network.freeze(),
        (one) => one.network.heal(),
      );
    if (fault === "PostgreSQL crash") await crash();
  }
  await Promise.all(background);
  const open = fleets.rollouts.filter((shown) => !showsEnd(cardOf(shown)));
  say(`${open.length} of ${fleets.rollouts.length} rollouts were under way until the end of the storm`);
  return problems;
}

/** The processes of a server that was killed may be there for a moment. */
async function restart(postgres: PostgresServer): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await postgres.start();
    } catch (error) {
      if (attempt >= 20) throw error;
      await delay(250);
    }
  }
}

function requestsOf({ rollouts }: Fleets): number {
  return rollouts.flatMap(({ deploy }) => [...deploy.requests.values()]).reduce((sum, count) => sum + count, 0);
}

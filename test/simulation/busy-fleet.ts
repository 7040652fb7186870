import { createRng } from "../../playground/deploy/rng.ts";
import { showsEnd } from "../support/shows-end.ts";
import { createWorld, startRollout, type World } from "./run.ts";
import { OLD, type SimAgent } from "./server.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export interface BusyRun {
  readonly world: World;
  /** From the start of the rollout to its end, in ms. */
  readonly took: number;
  /** How often Drydock asked what runs. */
  readonly reads: number;
  /** Deployments that ran, and those of them that began during the last look at their agent. */
  readonly deployments: number;
  readonly atTheTurn: number;
  /** When the last of those ended whose agents were not upgraded yet, in ms after the start. */
  readonly lastEnd: number;
}

/**
 * A rollout of so many agents with ten slots. On `busy` of them deployments of one to ten minutes begin and end by chance, also in the
 * second before their agent's turn, and while Drydock looks at it.
 */
export async function runBusyFleet(seed: number, size: number, busy: number): Promise<BusyRun> {
  const random = createRng(seed + 1);
  const agents = Array.from(
    { length: size },
    (_, i): SimAgent => ({ id: `a${i}`, relayId: `own-${i}`, fault: "none", version: OLD, life: undefined }),
  );
  const prone = new Set(busy === 0 ? [] : agents.filter((_, i) => i % Math.floor(size / busy) === 0).slice(0, busy));
  const ends = new Map<string, number>();
  const run = { reads: 0, deployments: 0, atTheTurn: 0, lastEnd: 0 };
  let clock: World["clock"] | undefined;

  function begin(agent: SimAgent, { server }: Pick<World, "server">): boolean {
    const now = clock?.real() ?? 0;
    if (!prone.has(agent) || ends.has(agent.id) || server.statusOf(agent) !== "upgrade-required") return false;
    server.deployments.set(agent.id, now);
    ends.set(agent.id, now + (1 + random() * 9) * MINUTE);
    run.deployments += 1;
    return true;
  }

  const world = await createWorld(seed, {
    agents,
    calm: true,
    policy: { slots: 10, whenBusy: "auto" },
    prepare({ server }) {
      const { info, activity } = server.urbancode;
      Object.assign(server.urbancode, {
        async info(id: string) {
          const agent = server.agents.get(id);
          const detail = await info(id);
          if (agent && !agent.life && random() < 0.3 && begin(agent, { server })) run.atTheTurn += 1;
          return detail;
        },
        activity() {
          run.reads += 1;
          return activity();
        },
      });
    },
  });
  clock = world.clock;
  const { server } = world;
  for (const agent of prone) if (random() < 0.5) begin(agent, world);
  const started = clock.real();
  await startRollout(world);
  let over = false;
  while (!over && clock.real() - started < 5 * 60 * MINUTE) {
    for (const [id, end] of ends) {
      if (end > clock.real()) continue;
      server.deployments.delete(id);
      ends.delete(id);
      if (!world.puts.has(id)) run.lastEnd = clock.real() - started;
    }
    for (const agent of prone) if (random() < 1 / 600) begin(agent, world);
    const next = [...prone].find(({ id }) => (world.puts.get(id) ?? 0) === 0);
    if (next && random() < 0.01) begin(next, world);
    await world.step(SECOND);
    over = showsEnd(world.slack.text("prod-1/card"));
  }
  return { world, took: clock.real() - started, ...run };
}

import type { Agent, AgentStatus } from "../../domain/agent.ts";
import { type AgentPool, type PoolSurvey, surveyPools } from "../../domain/plans/pools.ts";
import type { Clock, Log } from "../ports.ts";
import { ServerError, type UrbanCode } from "../urbancode.ts";

/** For how long pools are taken for what they were, in ms. Agents seldom change pools. */
const KEPT = 5 * 60_000;
/** How long it takes until they are asked for again where they could not be read, in ms. */
const AGAIN = 60_000;
/** A server that has no answer for a while has the same pools still: for so long, in ms. */
const OLDEST = 60 * 60_000;

export type PoolReading =
  | { readonly kind: "told"; readonly pools: readonly AgentPool[] }
  /** `why`: one sentence. Upgrades go on without them. */
  | { readonly kind: "untold"; readonly why: string };

/** A server's agent pools, where they shall be read. */
export interface Pools {
  /** As they are, at most some minutes old. Throws no ServerError. */
  read(): Promise<PoolReading>;
  /** Takes note of the whole fleet, which was just read, and reads the pools again where that is due. */
  look(agents: readonly Agent[]): void;
  /** Every pool as it stood when the fleet was last read; undefined where nobody can tell, or has told yet. */
  survey(): PoolSurvey | undefined;
  /** Why they cannot be told; undefined where they are, or were not read yet. */
  untold(): string | undefined;
  /** Whether the fleet was looked at within so many ms, and the pools before: until then nothing may begin. */
  ready(within: number): boolean;
}

export function createPools(
  urbancode: Pick<UrbanCode, "name" | "pools">,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Pools {
  let reading: PoolReading | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  let dueAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<PoolReading> | undefined;
  let fleet: { readonly statuses: ReadonlyMap<string, AgentStatus>; readonly at: number } | undefined;
  let survey: PoolSurvey | undefined;

  async function readNow(): Promise<PoolReading> {
    try {
      reading = { kind: "told", pools: await urbancode.pools() };
      toldAt = clock.now();
      dueAt = toldAt + KEPT;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const away = error.fault === "unreachable" || error.fault === "failing";
      const still = away && reading?.kind === "told" && clock.now() - toldAt < OLDEST;
      if (!still) reading = { kind: "untold", why: error.message };
      log.warn({ server: urbancode.name, reason: error.message }, "the agent pools could not be read");
      dueAt = clock.now() + AGAIN;
    }
    survey = undefined;
    return reading ?? { kind: "untold", why: "" };
  }

  function read(): Promise<PoolReading> {
    if (reading && clock.now() < dueAt) return Promise.resolve(reading);
    underWay ??= readNow().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  return {
    read,
    look(agents) {
      fleet = { statuses: new Map(agents.map(({ id, status }) => [id, status])), at: clock.now() };
      survey = undefined;
      read().catch((error: unknown) => log.error({ server: urbancode.name, error }, "reading the agent pools failed"));
    },
    survey() {
      if (reading?.kind !== "told" || !fleet) return undefined;
      survey ??= surveyPools(reading.pools, fleet.statuses);
      return survey;
    },
    untold: () => (reading?.kind === "untold" ? reading.why : undefined),
    ready: (within) => reading !== undefined && fleet !== undefined && clock.now() - fleet.at < within,
  };
}

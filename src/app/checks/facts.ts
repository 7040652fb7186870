import type { Agent } from "../../domain/agent.ts";
import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";
import { type Relay, ServerError, type SystemSettings } from "../urbancode.ts";
import { within } from "../within.ts";

/** What there is to check, read for everybody together. A field is undefined where the server did not tell it, or not in time. */
export interface ServerFacts {
  readonly agents: readonly Agent[];
  readonly serverVersion: string | undefined;
  readonly relays: readonly Relay[] | undefined;
  readonly settings: SystemSettings | undefined;
  /** By how many ms the server's clock is ahead of Drydock's. */
  readonly ahead: number | undefined;
  /** Agents that run deployments. */
  readonly running: number | undefined;
}

/** How long what is good to know may keep the rest waiting, in ms. */
const PATIENCE = 5_000;

/** Throws ServerError where not even the list of agents can be read. */
export async function readFacts({ fleet }: Site, clock: Clock): Promise<ServerFacts> {
  const [agents, serverVersion, relays, settings, ahead, running] = await Promise.all([
    fleet.agents(),
    fleet.version(),
    ifTold(clock, fleet.relays()),
    ifTold(clock, fleet.settings()),
    ifTold(clock, fleet.ahead()),
    ifTold(clock, fleet.running()),
  ]);
  return { agents, serverVersion, relays, settings, ahead, running };
}

/** What a read brings in time; undefined where it brings nothing. */
export async function ifTold<T>(clock: Clock, read: Promise<T>, patience = PATIENCE): Promise<T | undefined> {
  try {
    return await within(clock, patience, read);
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

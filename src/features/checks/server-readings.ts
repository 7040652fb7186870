import type { Agent } from "../../core/agent.ts";
import type { Clock } from "../../core/ports.ts";
import type { Activity, Relay, SystemSettings } from "../../model/deploy-server.ts";
import { takesInactive } from "../../model/guide/inactive.ts";
import { ifTold } from "../../servers/fleet.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

/** What there is to check, read for everybody together. A field is undefined where the server did not tell it, or not in time. */
export interface ServerReadings {
  readonly agents: readonly Agent[];
  readonly serverVersion: string | undefined;
  readonly relays: readonly Relay[] | undefined;
  readonly settings: SystemSettings | undefined;
  /** The agents that are inactive; read only where the server takes actions on such. */
  readonly inactive: readonly Agent[] | undefined;
  /** By how many ms the server's clock is ahead of Drydock's. */
  readonly ahead: number | undefined;
  /** What runs now; undefined where the server did not tell in time. */
  readonly activity: Activity | undefined;
}

/** Throws ServerError where not even the list of agents can be read. */
export async function readServer({ fleet }: ManagedServer, clock: Clock): Promise<ServerReadings> {
  const read = fleet.settings();
  const [agents, serverVersion, relays, settings, ahead, activity, inactive] = await Promise.all([
    fleet.agents(),
    fleet.version(),
    ifTold(clock, fleet.relays()),
    ifTold(clock, read),
    ifTold(clock, fleet.ahead()),
    ifTold(clock, fleet.activity()),
    ifTold(clock, readInactive(fleet, read)),
  ]);
  return { agents, serverVersion, relays, settings, ahead, activity, inactive };
}

async function readInactive(
  fleet: ManagedServer["fleet"],
  settings: Promise<SystemSettings>,
): Promise<readonly Agent[] | undefined> {
  const [version, { inactiveLinks }] = await Promise.all([fleet.version(), settings]);
  if (!takesInactive(version, inactiveLinks)) return undefined;
  return (await fleet.inactive()).filter(({ active }) => !active);
}

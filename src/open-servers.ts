import { createUrbanCode } from "./adapters/urbancode/urbancode.ts";
import type { ServerConfig } from "./config/config.ts";
import type { Meter } from "./core/meter.ts";
import type { Clock, Log, Random } from "./core/ports.ts";
import { httpSettings } from "./http-settings.ts";
import { createFleet } from "./servers/fleet.ts";
import type { ManagedServer, Servers } from "./servers/managed-server.ts";

interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly meter?: Meter;
}

/** The configured servers with their clients, which connect when they are asked for the first time. */
export function openServers(servers: readonly ServerConfig[], ports: Ports): Servers {
  return new Map(servers.map((server) => [server.name, openServer(server, ports)]));
}

function openServer(server: ServerConfig, ports: Ports): ManagedServer {
  const { name, url, clone, policy, deadlines, watch, limits, relays, links, guide, whoAmI, warnings } = server;
  const urbancode = createUrbanCode(
    { ...httpSettings({ ...server, requestDeadline: deadlines.request }), statuses: server.statuses },
    ports,
  );
  const fleet = createFleet(urbancode, ports);
  return {
    name,
    url,
    clone,
    policy,
    deadlines,
    watch,
    limits,
    relays,
    links,
    guide,
    whoAmI,
    warnings,
    urbancode,
    fleet,
  };
}

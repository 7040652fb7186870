import { DEFAULT_PERMISSIONS, DEFAULT_WATCH } from "../config/schema-server.ts";
import type { Clock } from "../core/ports.ts";
import { ownSettings } from "../gates/own-settings.ts";
import type { UrbanCode } from "../model/deploy-server.ts";
import { DEFAULT_GATES } from "../model/policy.ts";
import { DEFAULT_LIMITS } from "../model/server/limits.ts";
import { DEFAULT_DEADLINES } from "../model/upgrade/deadlines.ts";
import { createFleet } from "../servers/fleet.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** What an unconfigured server allows: the most upgrades at once that any server does. */
export const READ_ONLY_SLOTS = 10;

/** A server without a configuration: only observed, with the defaults. */
export function readOnlyServer(urbancode: UrbanCode, url: string, clock: Clock): ManagedServer {
  return {
    name: urbancode.name,
    url,
    policy: {
      server: urbancode.name,
      mode: "observe",
      approvals: 0,
      ...DEFAULT_GATES,
      ...ownSettings({}),
      slots: READ_ONLY_SLOTS,
      ...DEFAULT_PERMISSIONS,
    },
    deadlines: DEFAULT_DEADLINES,
    watch: DEFAULT_WATCH,
    limits: DEFAULT_LIMITS,
    urbancode,
    fleet: createFleet(urbancode, { clock }),
  };
}

import { createFleet } from "../app/fleet.ts";
import type { Clock } from "../app/ports.ts";
import type { Site } from "../app/site.ts";
import type { UrbanCode } from "../app/urbancode.ts";
import { DEFAULT_PERMISSIONS, DEFAULT_WATCH } from "../config/schema.ts";
import { DEFAULT_GATES } from "../domain/policy.ts";
import { DEFAULT_LIMITS } from "../domain/servers/limits.ts";
import { DEFAULT_DEADLINES } from "../domain/upgrades/deadlines.ts";

/** A server without a configuration: only observed, with the defaults. */
export function readOnlySite(urbancode: UrbanCode, url: string, clock: Clock): Site {
  return {
    name: urbancode.name,
    url,
    policy: {
      server: urbancode.name,
      mode: "observe",
      approvals: 0,
      ...DEFAULT_GATES,
      slots: 10,
      never: [],
      whenBusy: "warn",
      ...DEFAULT_PERMISSIONS,
    },
    deadlines: DEFAULT_DEADLINES,
    watch: DEFAULT_WATCH,
    limits: DEFAULT_LIMITS,
    urbancode,
    fleet: createFleet(urbancode, { clock }),
  };
}

import type { Deadlines } from "../domain/deadlines.ts";
import type { GuideSettings } from "../domain/guide/finding.ts";
import type { Limits } from "../domain/limits.ts";
import type { Policy } from "../domain/policy.ts";
import type { Fleet } from "./fleet.ts";
import type { LinkTemplates } from "./links.ts";
import type { ServerName } from "./ports.ts";
import type { UrbanCode } from "./urbancode.ts";

/** One configured server: its rules, its deadlines and the way to it. */
export interface Site {
  readonly name: ServerName;
  readonly url: string;
  readonly policy: Policy;
  readonly deadlines: Deadlines;
  /** How often things are looked at, in ms. */
  readonly watch: { readonly inFlight: number; readonly fleet: number; readonly tick: number };
  readonly limits: Limits;
  /** What the configuration knows about its agents that no server tells. */
  readonly guide?: GuideSettings;
  /** A call that tells whose credentials it is asked with, where one is configured. */
  readonly whoAmI?: { readonly path: string; readonly field: string } | undefined;
  readonly links?: LinkTemplates;
  readonly urbancode: UrbanCode;
  /** What is read of it for everybody together. */
  readonly fleet: Fleet;
}

export type Sites = ReadonlyMap<ServerName, Site>;

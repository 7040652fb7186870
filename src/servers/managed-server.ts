import type { GuideSettings } from "../core/finding.ts";
import { nearest } from "../core/nearest.ts";
import type { ServerName } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import type { UrbanCode } from "../model/deploy-server.ts";
import type { Policy } from "../model/policy.ts";
import type { RelaySettings } from "../model/relay/settings.ts";
import type { Limits } from "../model/server/limits.ts";
import type { Deadlines } from "../model/upgrade/deadlines.ts";
import type { Fleet } from "./fleet.ts";
import type { LinkTemplates } from "./links.ts";

/** One configured server: its rules, its deadlines and the way to it. */
export interface ManagedServer {
  readonly name: ServerName;
  readonly url: string;
  /** A copy of another one: that they have agents or an address in common says nothing. */
  readonly clone?: boolean;
  readonly policy: Policy;
  readonly deadlines: Deadlines;
  /** How often things are looked at, in ms; `idle`: the whole list while no rollout is open, null = not at all. */
  readonly watch: {
    readonly inFlight: number;
    readonly fleet: number;
    readonly idle: number | null;
    readonly tick: number;
  };
  readonly limits: Limits;
  /** What the configuration says about relays; left out = the defaults. */
  readonly relays?: RelaySettings;
  /** What the configuration knows about its agents that no server tells. */
  readonly guide?: GuideSettings;
  /** A call that tells whose credentials it is asked with, where one is configured. */
  readonly whoAmI?: { readonly path: string; readonly field: string } | undefined;
  readonly links?: LinkTemplates;
  /** What is not as safe as it could be in how it is spoken to, in sentences. */
  readonly warnings?: readonly string[];
  readonly urbancode: UrbanCode;
  /** What is read of it for everybody together. */
  readonly fleet: Fleet;
}

export type Servers = ReadonlyMap<ServerName, ManagedServer>;

/** The server that was named, in any case, or the only one there is. */
export function serverNamed(servers: Servers, name: string | undefined): ManagedServer {
  const known = [...servers.keys()];
  const only = known.length === 1 ? known[0] : undefined;
  const server = servers.get((name ?? only ?? "").toLowerCase());
  if (server) return server;
  if (name === undefined)
    throw new UserError(
      "which-server",
      `There are several servers. Name one: --server ${known.join(" or --server ")}.`,
    );
  const near = nearest(name.toLowerCase(), known);
  throw new UserError(
    "no-such-server",
    `There is no server "${name.slice(0, 60)}".${near ? ` Did you mean ${near}?` : ""} There are: ${known.join(", ")}.`,
  );
}

import type { Agent } from "../../domain/agent.ts";
import { holdsSomewhere } from "../../domain/people/rights.ts";
import { wantedPermissions } from "../../domain/policy.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { ServerUser } from "../urbancode.ts";
import type { Identities } from "./identity.ts";
import { grantsBeside, readRights } from "./rights.ts";
import type { Tokens } from "./tokens.ts";

/** What somebody may do on agents at this moment, by the token of their own too where they have linked one. */
export interface RightsNow {
  readonly user: ServerUser;
  /** The permissions that an upgrade wants. */
  readonly wanted: readonly string[];
  /** By agent's id, the permissions of an upgrade that they lack on it; an agent that was not asked about is not there. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads them afresh. With `enough` only until so many agents without a lack are found, and not at all for somebody who holds
 * nowhere what an upgrade wants. Throws UserError and ServerError where they cannot be read.
 */
export async function rightsNow(
  ports: { readonly identities: Identities; readonly tokens: Pick<Tokens, "of"> },
  {
    server,
    person,
    agents,
    enough,
  }: {
    readonly server: ManagedServer;
    readonly person: string;
    readonly agents: readonly Agent[];
    readonly enough?: number;
  },
): Promise<RightsNow> {
  const { user } = await ports.identities.on(server, person);
  const own = await ports.tokens.of(server, person, user);
  const grants = await grantsBeside(own, server, user);
  const [first] = agents;
  const wanted = first
    ? wantedPermissions(server.policy, await server.fleet.permissions(first.id))
    : server.policy.required;
  const hopeless = !own && wanted.some((permission) => !holdsSomewhere(grants, permission));
  if (enough !== undefined && hopeless) return { user, wanted, missing: new Map() };
  const { missing } = await readRights({
    server,
    grants,
    own,
    agents,
    fresh: true,
    teams: false,
    enough,
    counts: () => true,
    begin: () => {},
    progress: () => {},
  });
  return { user, wanted, missing };
}

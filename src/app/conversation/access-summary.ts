import { type Grants, holdsEverywhere } from "../../domain/people/rights.ts";
import { wantedPermissions } from "../../domain/policy.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Identities } from "../people/identity.ts";
import { readGrants } from "../people/rights.ts";
import { ServerError } from "../urbancode.ts";
import { UserError } from "../user-error.ts";
import { data, type Line } from "../view.ts";

export interface AccessSummary {
  /** Who somebody is on a server and what they may do there, or why not and how to get it. */
  readonly line: Line;
  /** Whether they are anybody there. */
  readonly known: boolean;
}

export async function accessSummary(
  server: ManagedServer,
  identities: Identities,
  person: string,
): Promise<AccessSummary> {
  try {
    const { user, via } = await identities.on(server, person);
    const grants = await readGrants(server, user);
    const wanted = wantedPermissions(server.policy, new Set(server.policy.whereKnown));
    const everywhere = wanted.every((permission) => holdsEverywhere(grants, permission));
    const teams = new Set(grants.mappings.map((mapping) => mapping.teamId)).size;
    const line: Line = [
      { bold: server.name },
      ": you are ",
      data(user.name),
      via === "mapping" ? ", by the configured mapping." : ", by your e-mail address.",
      everywhere
        ? " You may upgrade every agent there."
        : ` You have roles on ${teams} ${teams === 1 ? "team" : "teams"}; an upgrade wants ${wanted.join(", ")} on the agent.`,
      ...unread(grants),
    ];
    return { line, known: true };
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ServerError)) throw error;
    return { line: [{ bold: server.name }, ": ", error.message], known: false };
  }
}

/** Roles that count as nothing, because nothing tells what they may do. */
function unread({ unread: names = [] }: Grants): Line {
  if (names.length === 0) return [];
  return [
    ` What ${names.length === 1 ? "this role" : "these roles"} may do cannot be read and counts as nothing: `,
    ...names.flatMap((name, i) => (i === 0 ? [data(name)] : [", ", data(name)])),
    ". The platform team can say it under permissions.roleNames.",
  ];
}

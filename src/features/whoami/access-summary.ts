import { UserError } from "../../core/user-error.ts";
import { data, type Line } from "../../core/view.ts";
import { ServerError } from "../../model/deploy-server.ts";
import type { Authorize } from "../../people/authorize.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

export interface AccessSummary {
  /** Who somebody is on a server and what they may do there, or why not and how to get it. */
  readonly line: Line;
  /** Whether they are anybody there. */
  readonly known: boolean;
}

export async function accessSummary(
  server: ManagedServer,
  authorize: Pick<Authorize, "byRoles">,
  person: string,
): Promise<AccessSummary> {
  try {
    const { identity, everywhere, wanted, teams, unread } = await authorize.byRoles(server, person);
    const { user, via } = identity;
    const line: Line = [
      { bold: server.name },
      ": you are ",
      data(user.name),
      via === "mapping" ? ", by the configured mapping." : ", by your e-mail address.",
      everywhere
        ? " You may upgrade every agent there."
        : ` You have roles on ${teams} ${teams === 1 ? "team" : "teams"}; an upgrade requires ${wanted.join(", ")} on the agent.`,
      ...unreadLine(unread),
    ];
    return { line, known: true };
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ServerError)) throw error;
    return { line: [{ bold: server.name }, ": ", error.message], known: false };
  }
}

function unreadLine(names: readonly string[]): Line {
  if (names.length === 0) return [];
  return [
    ` What ${names.length === 1 ? "this role" : "these roles"} may do cannot be read and counts as nothing: `,
    ...names.flatMap((name, i) => (i === 0 ? [data(name)] : [", ", data(name)])),
    ". The platform team can say it under permissions.roleNames.",
  ];
}

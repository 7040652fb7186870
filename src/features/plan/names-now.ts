import { UserError } from "../../core/user-error.ts";
import type { Visibility } from "../../people/visibility.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

/** The names of those agents that the person may view, as they are now. Throws UserError if there is none. */
export async function namesNow(
  server: ManagedServer,
  ids: ReadonlySet<string>,
  person: string,
  visibility: Pick<Visibility, "agents">,
): Promise<readonly string[]> {
  const views = await visibility.agents(server, person);
  const names: string[] = [];
  for (const { id, name } of await server.fleet.agents()) if (ids.has(id) && (await views(id))) names.push(name);
  if (names.length === 0)
    throw new UserError("agents-not-listed", `${server.name} lists none of these agents that you may view any more.`);
  return names;
}

import pMap from "p-map";
import type { Agent } from "../core/agent.ts";
import { UserError } from "../core/user-error.ts";
import { AT_ONCE, type PersonalAccess, ServerError, saysNothing } from "../model/deploy-server.ts";
import type { TokenProof } from "../model/person/person-events.ts";
import { wantedPermissions } from "../model/policy.ts";
import { type Grants, holdsOn } from "../model/rights.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Identity } from "./identity.ts";
import { isDead } from "./own-access.ts";
import { readGrants } from "./read-grants.ts";

/** Agents that are looked at to find some on which rights differ, and agents on which they are compared. */
const MAX_LOOKED_AT = 60;
const MAX_COMPARED = 5;
/** Keys that servers show beside the permissions. Source: docs/urbancode-deploy.md, "Agent objects". */
const NO_PERMISSIONS = new Set(["read", "execute"]);

/** Why somebody could not link any token; undefined where one can be looked at. */
export function cannotLink(server: ManagedServer, { via }: Identity, person: string): string | undefined {
  if (server.whoAmI || via === "mapping") return undefined;
  return `${server.name} does not report whose a token is. Drydock matched you there by your e-mail address only, so it accepts no token of yours. The platform team can map you under people.mapping, for example ${person}: {${server.name}: your-user-name}.`;
}

/**
 * Whose token is it? No documented call tells that. Where a call is configured that does, it decides. Elsewhere the token has to show
 * exactly the rights of a user to whom somebody was mapped by hand. Throws a UserError that says why it is not taken; the token is in none.
 */
export async function verifyToken(
  server: ManagedServer,
  identity: Identity,
  person: string,
  access: PersonalAccess,
): Promise<TokenProof> {
  const { user } = identity;
  if (await isDead(access, user.id))
    throw new UserError(
      "token-refused",
      `${server.name} refuses this token (401). Check when it expires and from which addresses it works, then copy it again.`,
    );
  const blocked = cannotLink(server, identity, person);
  if (blocked !== undefined) throw new UserError("token-not-linkable", blocked);
  if (!server.whoAmI) {
    await compareRights(server, identity, access);
    return "rights";
  }
  const told = await access.whoAmI(server.whoAmI).catch((error: unknown) => {
    if (!(error instanceof ServerError) || saysNothing(error)) throw error;
    throw new UserError(
      "token-owner-unknown",
      `Drydock could not read whose token this is, so it does not accept it. ${error.message}`,
    );
  });
  if (told === undefined)
    throw new UserError(
      "token-owner-unknown",
      `${server.name} did not report whose token this is, so Drydock does not accept it.`,
    );
  if (told !== user.id && told !== user.name)
    throw new UserError("not-your-token", `This token is not ${user.name}'s: ${server.name} reports another user.`);
  return "server";
}

async function compareRights(server: ManagedServer, { user }: Identity, access: PersonalAccess): Promise<void> {
  const grants = await readGrants(server, user);
  const agents = spread(await server.fleet.agents());
  const [first] = agents;
  if (!first)
    throw new UserError("token-not-comparable", `${server.name} shows no agent on which rights could be compared.`);
  const known = await server.fleet.permissions(first.id);
  const wanted = wantedPermissions(server.policy, known);
  // What roles carry by the configuration's word is no more than what is listed there.
  const whole = [...grants.roles.values()].every(({ byName }) => !byName) && grants.unread === undefined;
  const names = whole ? [...new Set([...wanted, ...known])].filter((name) => !NO_PERMISSIONS.has(name)) : wanted;
  const held = await pMap(
    agents,
    async (agent): Promise<Held> => ({ agent, rights: await computed(server, grants, names, agent) }),
    { concurrency: AT_ONCE },
  );
  const some = held.filter(({ rights }) => rights.size > 0).slice(0, MAX_COMPARED);
  const none = held.filter(({ rights }) => rights.size === 0).slice(0, MAX_COMPARED);
  if (some.length === 0)
    throw new UserError(
      "token-not-comparable",
      `Drydock found no permissions of ${user.name} on agents of ${server.name}, so it cannot recognize a token by them.`,
    );
  for (const { agent, rights } of [...some, ...none]) {
    const shown = await shownBy(access, agent);
    const more = names.filter((name) => shown.has(name) && !rights.has(name));
    const less = names.filter((name) => !shown.has(name) && rights.has(name));
    if (more.length + less.length === 0) continue;
    const differs = more.length > 0 ? `it holds ${more.join(", ")}` : `it does not hold ${less.join(", ")}`;
    throw new UserError(
      "token-rights-differ",
      `This token does not have the permissions of ${user.name}: there is an agent on which ${differs}, unlike ${user.name}. It is another user's, or it is restricted, so Drydock does not accept it.`,
    );
  }
}

interface Held {
  readonly agent: Agent;
  readonly rights: ReadonlySet<string>;
}

async function computed(
  server: ManagedServer,
  grants: Grants,
  names: readonly string[],
  { id }: Agent,
): Promise<ReadonlySet<string>> {
  const teams = await server.fleet.teams(id);
  return new Set(names.filter((name) => holdsOn(grants, name, teams)));
}

async function shownBy(access: PersonalAccess, { id }: Agent): Promise<ReadonlySet<string>> {
  try {
    const { callerRights } = await access.info(id);
    return new Set([...callerRights].filter(([, holds]) => holds).map(([name]) => name));
  } catch (error) {
    const hidden = error instanceof ServerError && (error.fault === "denied" || error.fault === "not-found");
    if (hidden) return new Set();
    throw error;
  }
}

/** Agents from all over the list. */
function spread(agents: readonly Agent[]): readonly Agent[] {
  const step = Math.max(1, agents.length / MAX_LOOKED_AT);
  const picked: Agent[] = [];
  for (let at = 0; at < agents.length; at += step) {
    const agent = agents[Math.floor(at)];
    if (agent) picked.push(agent);
  }
  return picked;
}

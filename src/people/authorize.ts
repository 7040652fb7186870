import { type Cause, cause } from "../core/cause.ts";
import { SlackError, type Usergroups } from "../core/ports.ts";
import { createSingleFlight } from "../core/single-flight.ts";
import { UserError } from "../core/user-error.ts";
import { ServerError, type ServerUser } from "../model/deploy-server.ts";
import { wantedPermissions } from "../model/policy.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { type Access, createAccess } from "./access.ts";
import { type ApproverQuestion, createApproverQuestion } from "./approver.ts";
import type { Freshness, Identities, Identity } from "./identity.ts";
import type { Tokens } from "./tokens.ts";

/** The one way to learn what somebody may do on a server, in four questions: see decision 65. All of these throw UserError and ServerError. */
export interface Authorize extends ApproverQuestion {
  /** What they may do on agents, which are named later: what they hold is read once. Looks of the same moment share one. */
  onAgents(server: ManagedServer, person: string, fresh: Freshness): Promise<Access>;
  /** Whether they may upgrade any agent of the server, at a press. */
  onAny(server: ManagedServer, person: string): Promise<AnyAgent>;
  /** The first question for the owner of a rollout, before a trigger. `otherUser`: they are not the server's user who owned it. */
  asOwner(
    server: ManagedServer,
    rollout: Rollout,
    slack: "needed" | "may-be-away",
  ): Promise<Access | { readonly otherUser: Cause }>;
}

interface AnyAgent {
  readonly user: ServerUser;
  readonly may: boolean;
  /** The permissions that an upgrade wants. */
  readonly wanted: readonly string[];
}

export function createAuthorize(ports: {
  readonly identities: Identities;
  readonly tokens: Pick<Tokens, "of">;
  readonly usergroups: Usergroups;
}): Authorize {
  const { identities, tokens } = ports;
  const looks = createSingleFlight<Access>();

  async function accessOf(server: ManagedServer, person: string, identity: Identity, fresh: Freshness) {
    const own = await tokens.of(server, person, identity.user);
    return createAccess(server, identity, own, fresh !== "look");
  }

  function onAgents(server: ManagedServer, person: string, fresh: Freshness): Promise<Access> {
    const read = async () => accessOf(server, person, await identities.on(server, person, { fresh }), fresh);
    return fresh === "look" ? looks(`${person} ${server.name}`, read) : read();
  }

  return {
    ...createApproverQuestion(ports),
    onAgents,
    async onAny(server, person) {
      const { identity, own, nowhere, lacks } = await onAgents(server, person, "press");
      const agents = await server.fleet.agents();
      const [first] = agents;
      const known = first ? await server.fleet.permissions(first.id) : new Set<string>();
      const wanted = wantedPermissions(server.policy, known);
      const hopeless = !own && (await nowhere(wanted)).length > 0;
      const { missing } = await lacks(hopeless ? [] : agents, { enough: 1 });
      return { user: identity.user, wanted, may: [...missing.values()].some((lacking) => lacking.length === 0) };
    },
    async asOwner(server, { owner, serverUser }, slack) {
      const identity = await identities.on(server, owner, { fresh: "trigger" }).catch(async (error: unknown) => {
        if (slack === "needed" || !(error instanceof SlackError)) throw error;
        return { user: await accountOf(server, serverUser.id), via: "mapping" } as const;
      });
      const { id, name } = identity.user;
      if (id !== serverUser.id)
        return { otherUser: cause("owner-is-other-user", { server: server.name, was: serverUser.name, now: name }) };
      return accessOf(server, owner, identity, "trigger");
    },
  };
}

/** While Slack is away the account on the server alone decides. */
async function accountOf(server: ManagedServer, id: string): Promise<ServerUser> {
  const user = await server.urbancode.user(id).catch((error: unknown) => {
    if (error instanceof ServerError && error.fault === "not-found") return undefined;
    throw error;
  });
  if (!user?.active) throw new UserError("account-inactive", "the account on the server is deleted or locked.");
  return user;
}

import { type PersonalAccess, ServerError, saysNothing } from "../model/deploy-server.ts";

/** What Drydock does on a server with somebody's own token. Calls throw a UserError where the server does not take it any more. */
export interface OwnAccess {
  /** Whether the server itself said whose the token is: then its word on their rights needs no other beside it. */
  readonly proven: boolean;
  /** Of these permissions those that its holder lacks on the agent, by the server's own word; all where it tells them nothing. */
  missing(agentId: string, wanted: readonly string[]): Promise<readonly string[]>;
  /** Like the server's `trigger`: once, and it never throws. The server's audit names the person. */
  trigger: PersonalAccess["trigger"];
}

export function createOwnAccess(
  access: PersonalAccess,
  settings: {
    readonly proven: boolean;
    /** The id of the user that it is of. */
    readonly user: string;
    /** The token is dead. Throws a UserError. */
    readonly dead: () => Promise<never>;
  },
): OwnAccess {
  return {
    proven: settings.proven,
    async missing(agentId, wanted) {
      try {
        const { callerRights } = await access.info(agentId);
        return wanted.filter((permission) => callerRights.get(permission) !== true);
      } catch (error) {
        if (!(error instanceof ServerError) || saysNothing(error)) throw error;
        if (error.status === 401 && (await isDead(access, settings.user))) return settings.dead();
        return wanted;
      }
    },
    async trigger(agentId, limits) {
      const result = await access.trigger(agentId, limits);
      if (result.kind === "refused" && result.status === 401) await bury(access, settings);
      return result;
    },
  };
}

/** Whether the server does not take the token at all: one refusal alone may have been about what was asked. Throws ServerError where it does not tell. */
export async function isDead(access: PersonalAccess, user: string): Promise<boolean> {
  try {
    await access.user(user);
    return false;
  } catch (error) {
    if (!(error instanceof ServerError) || saysNothing(error)) throw error;
    return error.status === 401;
  }
}

/** What a trigger's answer meant is settled already; whoever asks next is told that the token is dead. */
async function bury(
  access: PersonalAccess,
  { user, dead }: { readonly user: string; readonly dead: () => Promise<never> },
): Promise<void> {
  try {
    if (await isDead(access, user)) await dead();
  } catch {
    // Said where it is noticed next: the state is in the ledger, or the server does not answer now.
  }
}

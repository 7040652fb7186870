import { type Cause, cause, said } from "../../core/cause.ts";
import type { Agent } from "../../domain/agent.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Identities } from "../people/identity.ts";
import { grantsBeside } from "../people/rights.ts";
import type { Tokens } from "../people/tokens.ts";
import { missingBehind } from "../plans/relay-plan.ts";
import { ServerError } from "../urbancode.ts";
import { UserError } from "../user-error.ts";

/** How old Slack's word on the owner may be, in ms. */
const MAX_PERSON_AGE = 5_000;

/**
 * Why the owner of a rollout may not have this relay upgraded any more, with identity and rights of this moment; undefined where
 * they may. Throws ServerError and SlackError where nothing can be said.
 */
export async function authorizeOwner(
  server: ManagedServer,
  { owner, serverUser }: Rollout,
  behind: readonly Agent[],
  ports: { readonly identities: Identities; readonly tokens: Pick<Tokens, "of">; readonly signal: AbortSignal },
): Promise<Cause | undefined> {
  try {
    const { user } = await ports.identities.on(server, owner, { maxAge: MAX_PERSON_AGE });
    if (user.id !== serverUser.id)
      return cause("owner-is-other-user", { server: server.name, was: serverUser.name, now: user.name });
    const own = await ports.tokens.of(server, owner, user);
    const grants = await grantsBeside(own, server, user);
    const missing = await missingBehind(server, {
      behind,
      grants,
      own,
      fresh: true,
      progress: () => ports.signal.throwIfAborted(),
    });
    return missing && cause("owner-may-not", { user: user.name, lacks: missing });
  } catch (error) {
    const unknown = error instanceof ServerError && (error.fault === "denied" || error.fault === "unreadable");
    if (unknown || error instanceof UserError) return said(`Its owner cannot be vouched for: ${error.message}`);
    throw error;
  }
}

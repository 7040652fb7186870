import type { Agent } from "../core/agent.ts";
import { type Cause, cause } from "../core/cause.ts";
import { UserError } from "../core/user-error.ts";
import { ServerError } from "../model/deploy-server.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Authorize } from "../people/authorize.ts";
import { missingBehind } from "../people/missing-behind.ts";
import { notAuthorized } from "../people/not-authorized.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/**
 * Why the owner of a rollout may not have this relay upgraded any more, with identity and rights of this moment; undefined where
 * they may. Throws ServerError and SlackError where nothing can be said.
 */
export async function authorizeOwner(
  server: ManagedServer,
  rollout: Rollout,
  behind: readonly Agent[],
  { authorize, signal }: { readonly authorize: Pick<Authorize, "asOwner">; readonly signal: AbortSignal },
): Promise<Cause | undefined> {
  try {
    const access = await authorize.asOwner(server, rollout, "needed");
    if ("otherUser" in access) return access.otherUser;
    const missing = await missingBehind(server, access, behind, () => signal.throwIfAborted());
    return missing && cause("owner-may-not", { user: access.identity.user.name, lacks: missing });
  } catch (error) {
    const unknown = error instanceof ServerError && (error.fault === "denied" || error.fault === "unreadable");
    if (unknown || error instanceof UserError) return notAuthorized("owner", error);
    throw error;
  }
}

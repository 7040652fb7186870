import type { Agent } from "../../domain/agent.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Authorize } from "../people/authorize.ts";
import { missingBehind } from "../plans/relay-plan.ts";
import { ServerError } from "../urbancode.ts";
import { UserError } from "../user-error.ts";

/**
 * Why the owner of a rollout may not have this relay upgraded any more, with identity and rights of this moment; undefined where
 * they may. Throws ServerError and SlackError where nothing can be said.
 */
export async function authorizeOwner(
  server: ManagedServer,
  rollout: Rollout,
  behind: readonly Agent[],
  { authorize, signal }: { readonly authorize: Pick<Authorize, "asOwner">; readonly signal: AbortSignal },
): Promise<string | undefined> {
  try {
    const access = await authorize.asOwner(server, rollout, "needed");
    const missing = await missingBehind(server, access, behind, () => signal.throwIfAborted());
    const { name } = access.identity.user;
    return (
      missing &&
      `Its owner may not do this any more: ${missing.replace(/^you lack/, `${name} lacks`).replace(/^you hold/, `${name} holds`)}.`
    );
  } catch (error) {
    const unknown = error instanceof ServerError && (error.fault === "denied" || error.fault === "unreadable");
    if (unknown || error instanceof UserError) return `Its owner cannot be vouched for: ${error.message}`;
    throw error;
  }
}

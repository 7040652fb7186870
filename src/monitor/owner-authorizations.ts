import type { Agent } from "../core/agent.ts";
import { type Cause, cause } from "../core/cause.ts";
import type { Once } from "../core/once.ts";
import { type Log, type ServerName, SlackError } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { ServerError } from "../model/deploy-server.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Authorize } from "../people/authorize.ts";
import { missingBehind } from "../people/missing-behind.ts";
import { notAuthorized } from "../people/not-authorized.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** Why the owner may not have the relay upgraded any more; undefined where they may. Throws ServerError and SlackError. */
export type AuthorizeOwner = (
  server: ManagedServer,
  rollout: Rollout,
  behind: readonly Agent[],
  signal: AbortSignal,
) => Promise<Cause | undefined>;

/** What is known of the owner's rights for a turn. `unknown`: they are being read, or could not be. */
export type OwnerAuthorization =
  | { readonly kind: "unasked" | "granted" | "unknown" }
  | { readonly kind: "refused"; readonly why: Cause };

/** Reads the rights of owners beside the rounds of looking, one owner of a server at a time: thousands of agents take a while. */
export interface OwnerAuthorizations {
  /** What came of it for this turn, with its owner, and these agents; an answer is given out once, so that it is never an old one. */
  take(server: ManagedServer, turn: string, behind: readonly Agent[]): OwnerAuthorization;
  /** Begins, where none is under way on the server. */
  begin(server: ManagedServer, turn: string, rollout: Rollout, behind: readonly Agent[]): void;
  forget(server: ManagedServer): void;
  stop(): void;
}

interface Reading {
  readonly turn: string;
  readonly agents: ReadonlySet<string>;
  readonly stopping: AbortController;
  /** Undefined while it is under way. */
  authorization: OwnerAuthorization | undefined;
}

export function createOwnerAuthorizations(
  authorizeOwner: AuthorizeOwner,
  { log, said }: { readonly log: Log; readonly said: Once },
): OwnerAuthorizations {
  const readings = new Map<ServerName, Reading>();
  let stopped = false;

  async function read(
    reading: Reading,
    server: ManagedServer,
    rollout: Rollout,
    behind: readonly Agent[],
  ): Promise<void> {
    const { signal } = reading.stopping;
    try {
      const why = await authorizeOwner(server, rollout, behind, signal);
      said.forget(rollout.id);
      reading.authorization = why === undefined ? { kind: "granted" } : { kind: "refused", why };
    } catch (error) {
      reading.authorization = { kind: "unknown" };
      if (signal.aborted) return;
      if (!(error instanceof ServerError || error instanceof SlackError))
        log.error({ rollout: rollout.id, error }, "the rights of a relay rollout's owner could not be read");
      else if (said.isNew(rollout.id))
        log.warn({ rollout: rollout.id, reason: error.message }, "a relay's turn waits for an answer");
    }
  }

  function forget({ name }: ManagedServer): void {
    const reading = readings.get(name);
    if (reading?.authorization) readings.delete(name);
  }

  return {
    take(server, turn, behind) {
      const reading = readings.get(server.name);
      forget(server);
      if (!reading) return { kind: "unasked" };
      if (!reading.authorization) {
        // It is of a turn that is over, or of a former owner: no one waits for the rest.
        if (reading.turn !== turn) reading.stopping.abort();
        return { kind: "unknown" };
      }
      if (reading.turn !== turn) return { kind: "unasked" };
      const covers = behind.every(({ id }) => reading.agents.has(id));
      return reading.authorization.kind === "granted" && !covers ? { kind: "unknown" } : reading.authorization;
    },
    begin(server, turn, rollout, behind) {
      if (stopped || readings.has(server.name)) return;
      const agents = new Set(behind.map(({ id }) => id));
      const reading: Reading = { turn, agents, stopping: new AbortController(), authorization: undefined };
      readings.set(server.name, reading);
      void read(reading, server, rollout, behind);
    },
    forget,
    stop() {
      stopped = true;
      for (const { stopping } of readings.values()) stopping.abort();
    },
  };
}

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
    return missing && cause("owner-may-not", { user: access.identity.user.name, lacks: missing.why });
  } catch (error) {
    const unknown = error instanceof ServerError && (error.fault === "denied" || error.fault === "unreadable");
    if (unknown || error instanceof UserError) return notAuthorized("owner", error);
    throw error;
  }
}

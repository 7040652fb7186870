import type { ServerStatuses } from "../../core/server-status.ts";
import type { Gates } from "../gates/gates.ts";
import type { Servers } from "../managed-server.ts";
import type { Identities, PeopleSettings } from "../people/identity.ts";
import type { Tokens } from "../people/tokens.ts";
import { createDrafts } from "../plans/drafts.ts";
import type { Plans } from "../plans/plans.ts";
import type { Clock, Log, Random, Thread } from "../ports.ts";
import type { Projections } from "../projections.ts";
import { createCardFollowers } from "../reporting/card-followers.ts";
import type { PendingStops } from "../rollouts/pending-stops.ts";

/** What all commands together may name. A command declares what it works with, and gets nothing else. */
export type CommandPorts = ReturnType<typeof createCommandPorts>;

export function createCommandPorts(given: {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly identities: Identities;
  readonly tokens: Tokens;
  /** Who is on call. */
  readonly people: PeopleSettings;
  readonly plans: Plans;
  readonly gates: Omit<Gates, "proceeder">;
  readonly pendingStops: PendingStops;
  readonly thread: Pick<Thread, "isPrivate" | "link">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly statuses: Pick<ServerStatuses, "of">;
  /** Why what is approved does not start though its time has come; undefined if nothing keeps it. */
  readonly waitsFor: (rollout: string) => string | undefined;
}) {
  const { projections, servers, identities, tokens, people, plans, pendingStops, clock, statuses, waitsFor } = given;
  return {
    ...{ projections, servers, identities, tokens, people, plans, pendingStops, clock, statuses, waitsFor },
    ...given.gates,
    drafts: createDrafts(given),
    cards: createCardFollowers(given),
  };
}

import { createCardFollowers } from "./conversation/card-followers.ts";
import type { PendingStops } from "./conversation/pending-stops.ts";
import type { Clock, Log, Random, Thread, Usergroups } from "./core/ports.ts";
import type { Features } from "./create-features.ts";
import type { Auditor } from "./features/audit/auditor.ts";
import type { Doctor } from "./features/doctor/doctor.ts";
import { createDrafts } from "./features/plan/drafts.ts";
import type { Plans } from "./features/plan/plan-port.ts";
import type { ServerSituation } from "./gates/server-situation.ts";
import type { Authorize } from "./people/authorize.ts";
import { createCardLinks } from "./people/card-links.ts";
import type { Identities, PeopleSettings } from "./people/identity.ts";
import type { Tokens } from "./people/tokens.ts";
import type { Projections } from "./projections/projections.ts";
import type { ManagedServer, Servers } from "./servers/managed-server.ts";
import type { Slots } from "./servers/server-status.ts";

/** What all commands together may name. A command declares what it works with, and gets nothing else. */
export type CommandPorts = ReturnType<typeof createCommandPorts>;

export function createCommandPorts(given: {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly identities: Identities;
  readonly authorize: Authorize;
  readonly usergroups: Usergroups;
  readonly tokens: Tokens;
  /** Who is on call. */
  readonly people: PeopleSettings;
  readonly plans: Plans;
  readonly doctor: Doctor;
  readonly auditor: Auditor;
  readonly gates: Omit<Features, "proceeder">;
  readonly pendingStops: PendingStops;
  readonly thread: Pick<Thread, "isPrivate" | "link">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Why what is approved does not begin though its time has come; undefined if nothing keeps it. */
  readonly waitsFor: (rollout: string) => string | undefined;
  /** A server as the gates judge it now. */
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly slots: (server: ManagedServer) => Slots;
}) {
  const { projections, servers, identities, authorize, tokens, people, plans, doctor, pendingStops, clock } = given;
  const { usergroups, auditor, waitsFor, situation, slots } = given;
  const cardLinks = createCardLinks(given);
  return {
    ...{ projections, servers, identities, authorize, tokens, people, plans, doctor, pendingStops, clock },
    ...{ usergroups, auditor, waitsFor, situation, slots },
    ...given.gates,
    drafts: createDrafts(given),
    cardLinks,
    cards: createCardFollowers({ ...given, links: cardLinks }),
  };
}

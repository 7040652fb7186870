import type { Clock, Log, People, Usergroups } from "./core/ports.ts";
import { createRequests, type Requests } from "./features/approval/approval-service.ts";
import { createReviews, type Reviews } from "./features/emergency/review-service.ts";
import { createFreezes, type Freezes } from "./features/freeze/freeze-service.ts";
import { createHandovers, type Handovers } from "./features/handover/handover-service.ts";
import type { Plans } from "./features/plan/plan-port.ts";
import { createRetrier, type Retrier } from "./features/retry/retrier.ts";
import { createProceeder, type Proceeder } from "./features/rollout/proceeder.ts";
import { createReadRest } from "./features/rollout/read-rest.ts";
import { createResumer, type Resumer } from "./features/rollout/resumer.ts";
import type { Starter } from "./features/rollout/rollout-port.ts";
import { createStarter } from "./features/rollout/starter.ts";
import { createSchedules, type Schedules } from "./features/schedule/schedule-service.ts";
import type { ServerSituation } from "./gates/server-situation.ts";
import type { Authorize } from "./people/authorize.ts";
import type { Places } from "./people/channels.ts";
import { createFindRollout, type FindRollout } from "./people/find-rollout.ts";
import type { Identities, PeopleSettings } from "./people/identity.ts";
import { createReadApprovers } from "./people/read-approvers.ts";
import { createRefuseHopeless } from "./people/refuse-hopeless.ts";
import { createVisibility, type Visibility } from "./people/visibility.ts";
import type { Projections } from "./projections/projections.ts";
import type { ManagedServer, Servers } from "./servers/managed-server.ts";

/** Everything that stands between a plan and its rollout. */
export interface Features {
  readonly places: Places;
  readonly starter: Starter;
  readonly visibility: Visibility;
  readonly findRollout: FindRollout;
  readonly requests: Requests;
  readonly resumer: Resumer;
  readonly retrier: Retrier;
  readonly proceeder: Proceeder;
  readonly freezes: Freezes;
  readonly handovers: Handovers;
  readonly reviews: Reviews;
  readonly schedules: Schedules;
}

export function createFeatures(ports: {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly plans: Plans;
  readonly places: Places;
  readonly identities: Identities;
  readonly authorize: Authorize;
  readonly people: People;
  readonly usergroups: Usergroups;
  /** A server as the gates judge it now. */
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly clock: Clock;
  readonly log: Log;
  /** Who is on call. */
  readonly settings: PeopleSettings;
}): Features {
  const refuseHopeless = createRefuseHopeless(ports);
  const readApprovers = createReadApprovers(ports);
  const readRest = createReadRest({ ...ports, readApprovers });
  const visibility = createVisibility(ports);
  const starter = createStarter({ ...ports, refuseHopeless });
  return {
    places: ports.places,
    starter,
    visibility,
    findRollout: createFindRollout({ ...ports, visibility }),
    requests: createRequests({ ...ports, starter }),
    resumer: createResumer({ ...ports, readRest }),
    retrier: createRetrier({ ...ports, visibility }),
    proceeder: createProceeder({ ...ports, readRest, readApprovers, refuseHopeless }),
    schedules: createSchedules(ports),
    reviews: createReviews(ports),
    handovers: createHandovers({ ...ports, readRest }),
    freezes: createFreezes(ports),
  };
}

import type { ServerSituation } from "../../gates/server-situation.ts";
import type { ManagedServer, Servers } from "../managed-server.ts";
import { type ApproverCheck, createApproverCheck } from "../people/approver.ts";
import type { Places } from "../people/channels.ts";
import { createRefuseHopeless } from "../people/enough-approvers.ts";
import type { Identities, PeopleSettings } from "../people/identity.ts";
import { createLostApprovals } from "../people/lost-approvals.ts";
import type { Tokens } from "../people/tokens.ts";
import { createVisibility, type Visibility } from "../people/visibility.ts";
import type { Plans } from "../plans/plans.ts";
import { createStarter, type Starter } from "../plans/start.ts";
import type { Clock, Log, People, Usergroups } from "../ports.ts";
import type { Projections } from "../projections.ts";
import { createFreezes, type Freezes } from "./freezes.ts";
import { createHandovers, type Handovers } from "./handovers.ts";
import { createProceeder, type Proceeder } from "./proceed.ts";
import { createRequests, type Requests } from "./requests.ts";
import { createResumer, type Resumer } from "./resume.ts";
import { createRetrier, type Retrier } from "./retry.ts";
import { createReviews, type Reviews } from "./reviews.ts";
import { createSchedules, type Schedules } from "./schedules.ts";

/** Everything that stands between a plan and its rollout. */
export interface Gates {
  readonly starter: Starter;
  readonly approvers: ApproverCheck;
  readonly visibility: Visibility;
  readonly requests: Requests;
  readonly resumer: Resumer;
  readonly retrier: Retrier;
  readonly proceeder: Proceeder;
  readonly freezes: Freezes;
  readonly handovers: Handovers;
  readonly reviews: Reviews;
  readonly schedules: Schedules;
}

export function createGates(ports: {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly plans: Plans;
  readonly places: Places;
  readonly identities: Identities;
  readonly tokens: Pick<Tokens, "of">;
  readonly people: People;
  readonly usergroups: Usergroups;
  /** A server as the gates judge it now. */
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly clock: Clock;
  readonly log: Log;
  /** Who is on call. */
  readonly settings: PeopleSettings;
}): Gates {
  const approvers = createApproverCheck(ports);
  const refuseHopeless = createRefuseHopeless({ ...ports, approvers });
  const lostApprovals = createLostApprovals({ ...ports, approvers });
  const visibility = createVisibility({ ...ports, approvers });
  const starter = createStarter({ ...ports, refuseHopeless });
  return {
    starter,
    approvers,
    visibility,
    requests: createRequests({ ...ports, approvers, starter }),
    resumer: createResumer({ ...ports, lostApprovals }),
    retrier: createRetrier({ ...ports, visibility }),
    proceeder: createProceeder({ ...ports, lostApprovals, refuseHopeless }),
    schedules: createSchedules(ports),
    reviews: createReviews({ ...ports, approvers }),
    handovers: createHandovers({ ...ports, lostApprovals }),
    freezes: createFreezes({ ...ports, approvers }),
  };
}

import type { Rollout } from "../domain/rollouts/rollout.ts";
import type { Freezes } from "./gates/freezes.ts";
import type { Handovers } from "./gates/handovers.ts";
import type { Requests } from "./gates/requests.ts";
import type { Resumer } from "./gates/resume.ts";
import type { Retrier } from "./gates/retry.ts";
import type { Reviews } from "./gates/reviews.ts";
import type { Schedules } from "./gates/schedules.ts";
import type { ManagedServer, Servers } from "./managed-server.ts";
import type { Authorize } from "./people/authorize.ts";
import type { Identities, PeopleSettings } from "./people/identity.ts";
import type { Tokens } from "./people/tokens.ts";
import type { Visibility } from "./people/visibility.ts";
import type { Drafts } from "./plans/drafts.ts";
import type { Plans } from "./plans/plans.ts";
import type { Starter } from "./plans/start.ts";
import type { Clock } from "./ports.ts";
import type { Projections } from "./projections.ts";
import type { CardFollowers } from "./reporting/card-followers.ts";
import type { PendingStops } from "./rollouts/pending-stops.ts";
import type { Slots } from "./servers/slots.ts";

/** What commands may use. */
export interface Services {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly identities: Identities;
  readonly tokens: Tokens;
  readonly people: PeopleSettings;
  readonly plans: Plans;
  readonly drafts: Drafts;
  readonly starter: Starter;
  readonly authorize: Authorize;
  readonly visibility: Visibility;
  readonly requests: Requests;
  readonly resumer: Resumer;
  readonly freezes: Freezes;
  readonly handovers: Handovers;
  readonly retrier: Retrier;
  readonly pendingStops: PendingStops;
  readonly reviews: Reviews;
  readonly schedules: Schedules;
  readonly cards: CardFollowers;
  readonly clock: Clock;
  /** Whether the server answered when it was last asked. */
  serverReady(server: ManagedServer): boolean;
  /** Why what is approved does not begin though its time has come; undefined if nothing keeps it. */
  waitsFor(rollout: string): string | undefined;
  /** Which other configured name the server has, in a sentence; undefined as far as is known. */
  twin(server: ManagedServer): string | undefined;
  /** How the server's slots are used now. */
  slots(server: ManagedServer): Slots;
  /** The rollout whose card has this thread, if it is one. */
  rolloutOfThread(channel: string, thread: string): Rollout | undefined;
}

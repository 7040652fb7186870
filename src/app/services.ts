import type { Rollout } from "../domain/rollout.ts";
import type { ApproverCheck } from "./approver.ts";
import type { Board } from "./board.ts";
import type { Command } from "./command.ts";
import type { Drafts } from "./drafts.ts";
import type { Freezes } from "./freezes.ts";
import type { Halts } from "./halts.ts";
import type { Handovers } from "./handovers.ts";
import type { Identities, PeopleSettings } from "./identity.ts";
import type { Plans } from "./plans.ts";
import type { Clock } from "./ports.ts";
import type { Requests } from "./requests.ts";
import type { Resumer } from "./resume.ts";
import type { Retrier } from "./retry.ts";
import type { Reviews } from "./reviews.ts";
import type { Schedules } from "./schedules.ts";
import type { Site, Sites } from "./site.ts";
import type { Slots } from "./slots.ts";
import type { Starter } from "./start.ts";
import type { Tokens } from "./tokens.ts";

/** What commands may use. */
export interface Services {
  readonly board: Board;
  readonly sites: Sites;
  readonly identities: Identities;
  readonly tokens: Tokens;
  readonly people: PeopleSettings;
  readonly plans: Plans;
  readonly drafts: Drafts;
  readonly starter: Starter;
  readonly approvers: ApproverCheck;
  readonly requests: Requests;
  readonly resumer: Resumer;
  readonly freezes: Freezes;
  readonly handovers: Handovers;
  readonly retrier: Retrier;
  readonly halts: Halts;
  readonly reviews: Reviews;
  readonly schedules: Schedules;
  readonly clock: Clock;
  readonly commands: readonly Command[];
  /** Whether the server answered when it was last asked. */
  serverReady(site: Site): boolean;
  /** How the server's slots are used now. */
  slots(site: Site): Slots;
  /** The rollout whose card has this thread, if it is one. */
  rolloutOfThread(channel: string, thread: string): Rollout | undefined;
}

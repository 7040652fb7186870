import { type LocalTime, readTime, type TypedTime } from "../../conversation/local-time.ts";
import { moment } from "../../core/moment.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { blockedAt, phraseOf } from "../../gates/index.ts";
import { changeRollout } from "../../servers/change-rollout.ts";
import type { RolloutPorts } from "../../servers/find-rollout.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { decideReschedule, decideUnschedule, nextWindow } from "./decide-schedule.ts";

/** Moves and cancels starts that are still to come. Both throw a UserError that says why not. */
export interface Schedules {
  reschedule(id: string, person: string, at: number): Promise<void>;
  /** @param person who may stop the rollout. */
  unschedule(id: string, person: string): Promise<void>;
}

const refused = (why: string) => new UserError("schedule-refused", why);

export function createSchedules(ports: RolloutPorts & { readonly clock: Clock }): Schedules {
  const { clock } = ports;
  return {
    async reschedule(id, person, at) {
      await changeRollout(ports, { id, person, refused }, ({ rollout, server: { policy } }) =>
        decideReschedule(rollout, { by: person, at, policy, now: clock.now() }),
      );
    },
    async unschedule(id, person) {
      await changeRollout(ports, { id, person, refused }, ({ rollout }) => decideUnschedule(rollout, person));
    },
  };
}

/** When somebody wants a rollout to start (a time, or `next-window`), and how it is told back. Throws UserError. */
export function readStart(typed: string, server: ManagedServer, { zone, now }: LocalTime): TypedTime {
  if (!/^next[- ]?window$/i.test(typed.trim())) {
    const time = readTime(typed, server, { zone, now });
    const blocked = blockedAt("start-time", "start", { now, startAt: time.at, scheduled: 0 }, server.policy);
    if (blocked.length > 0) throw new UserError("start-time-refused", blocked.flatMap(phraseOf));
    return time;
  }
  const at = nextWindow(server.policy, now);
  if (at === undefined)
    throw new UserError(
      "no-window",
      server.policy.windows.length === 0
        ? `${server.name} has no windows: upgrades may begin at any time. Say when, for example --at 22:30.`
        : `No window of ${server.name} opens within a week from now on. Say when, for example --at 22:30.`,
    );
  return { at, said: [moment(at)] };
}

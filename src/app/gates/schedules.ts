import type { Decision } from "../../domain/gates/request.ts";
import { decideReschedule, decideUnschedule, nextWindow, scheduleBlocked } from "../../domain/gates/schedule.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { sayWhen } from "../../domain/when.ts";
import type { ManagedServer, Servers } from "../managed-server.ts";
import type { Clock } from "../ports.ts";
import type { Projections } from "../projections.ts";
import { type LocalTime, readTime, zonesFor } from "../time.ts";
import { UserError } from "../user-error.ts";

/** Moves and cancels starts that are still to come. Both throw a UserError that says why not. */
export interface Schedules {
  reschedule(id: string, person: string, at: number): Promise<void>;
  /** @param person who may stop the rollout. */
  unschedule(id: string, person: string): Promise<void>;
  find(id: string): { readonly rollout: Rollout; readonly server: ManagedServer };
}

export function createSchedules(ports: {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly clock: Clock;
}): Schedules {
  const { projections, servers, clock } = ports;

  function find(id: string): { readonly rollout: Rollout; readonly server: ManagedServer } {
    const rollout = projections.rollouts.get(id);
    const server = rollout && servers.get(rollout.plan.server);
    if (!rollout || !server) throw new UserError("no-such-rollout", `There is no rollout "${id.slice(0, 60)}".`);
    return { rollout, server };
  }

  async function write(
    id: string,
    person: string,
    decide: (rollout: Rollout, server: ManagedServer) => Decision,
  ): Promise<void> {
    await projections.change(() => {
      const { rollout, server } = find(id);
      const decision = decide(rollout, server);
      if ("refusal" in decision) throw new UserError("schedule-refused", decision.refusal);
      return [{ stream: `rollout.${id}`, actor: person, events: decision.events }];
    });
  }

  return {
    find,
    reschedule: (id, person, at) =>
      write(id, person, (rollout, { policy }) =>
        decideReschedule(rollout, { by: person, at, policy, now: clock.now() }),
      ),
    unschedule: (id, person) => write(id, person, (rollout) => decideUnschedule(rollout, person)),
  };
}

/** When somebody wants a rollout to start (a time, or `next-window`), and how it is told back. Throws UserError. */
export function readStart(
  typed: string,
  server: ManagedServer,
  { zone, now }: LocalTime,
): { readonly at: number; readonly said: string } {
  if (!/^next[- ]?window$/i.test(typed.trim())) {
    const time = readTime(typed, server, { zone, now });
    const blocked = scheduleBlocked(server.policy, time.at, now);
    if (blocked !== undefined) throw new UserError("start-time-refused", blocked);
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
  return { at, said: sayWhen(at, zonesFor(server, zone)) };
}

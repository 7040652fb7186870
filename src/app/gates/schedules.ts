import type { Decision } from "../../domain/gates/request.ts";
import { decideReschedule, decideUnschedule, nextWindow, scheduleBar } from "../../domain/gates/schedule.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { sayWhen } from "../../domain/when.ts";
import type { Board } from "../board.ts";
import type { Clock } from "../ports.ts";
import type { Site, Sites } from "../site.ts";
import { type LocalTime, readTime, zonesFor } from "../time.ts";
import { UserError } from "../user-error.ts";

/** Moves and cancels starts that are still to come. Both throw a UserError that says why not. */
export interface Schedules {
  reschedule(id: string, person: string, at: number): Promise<void>;
  /** @param person who may stop the rollout. */
  unschedule(id: string, person: string): Promise<void>;
  find(id: string): { readonly rollout: Rollout; readonly site: Site };
}

export function createSchedules(ports: {
  readonly board: Board;
  readonly sites: Sites;
  readonly clock: Clock;
}): Schedules {
  const { board, sites, clock } = ports;

  function find(id: string): { readonly rollout: Rollout; readonly site: Site } {
    const rollout = board.rollouts.get(id);
    const site = rollout && sites.get(rollout.plan.server);
    if (!rollout || !site) throw new UserError("no-such-rollout", `There is no rollout "${id.slice(0, 60)}".`);
    return { rollout, site };
  }

  async function write(id: string, person: string, decide: (rollout: Rollout, site: Site) => Decision): Promise<void> {
    await board.change(() => {
      const { rollout, site } = find(id);
      const decision = decide(rollout, site);
      if ("refusal" in decision) throw new UserError("schedule-refused", decision.refusal);
      return [{ stream: `rollout.${id}`, actor: person, facts: decision.facts }];
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
  site: Site,
  { zone, now }: LocalTime,
): { readonly at: number; readonly said: string } {
  if (!/^next[- ]?window$/i.test(typed.trim())) {
    const time = readTime(typed, site, { zone, now });
    const barred = scheduleBar(site.policy, time.at, now);
    if (barred !== undefined) throw new UserError("start-time-refused", barred);
    return time;
  }
  const at = nextWindow(site.policy, now);
  if (at === undefined)
    throw new UserError(
      "no-window",
      site.policy.windows.length === 0
        ? `${site.name} has no windows: upgrades may begin at any time. Say when, for example --at 22:30.`
        : `No window of ${site.name} opens within a week from now on. Say when, for example --at 22:30.`,
    );
  return { at, said: sayWhen(at, zonesFor(site, zone)) };
}

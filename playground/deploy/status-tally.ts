import type { AgentTeam } from "./people.ts";
import type { Shown } from "./upgrade-life.ts";

interface Counted {
  readonly teams: readonly AgentTeam[];
  readonly relayId: string | undefined;
  readonly shown: Shown;
  readonly life: unknown;
}

/** How many agents rest in each status: a request for the counts does not walk through a large fleet. */
export class StatusTally<T extends Counted> {
  /** By their teams, which most agents share, then by status. */
  readonly resting = new Map<Counted["teams"], Map<Shown["status"], number>>();
  /** Those whose status changes by itself, with time or with a relay. */
  readonly moving = new Set<T>();

  enter(agent: T): void {
    if (agent.life !== undefined || agent.relayId !== undefined) this.moving.add(agent);
    else this.#count(agent, 1);
  }

  leave(agent: T): void {
    if (!this.moving.delete(agent)) this.#count(agent, -1);
  }

  #count({ teams, shown: { status } }: T, by: number): void {
    const counts = this.resting.get(teams) ?? new Map<Shown["status"], number>();
    this.resting.set(teams, counts.set(status, (counts.get(status) ?? 0) + by));
  }
}

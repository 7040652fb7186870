import type { AgentTeam } from "./people.ts";
import type { StatusTally } from "./status-tally.ts";
import type { Fault, Life, Shown } from "./upgrade-life.ts";

interface Upgrading {
  readonly life: Life;
  readonly startedAt: number;
  readonly user: string;
}

/** An agent of the server. Whenever what it shows is set, the tally counts it anew. */
export class Agent {
  declare readonly id: string;
  declare readonly name: string;
  declare readonly active: boolean;
  declare readonly tags: readonly string[];
  declare readonly relayId: string | undefined;
  declare readonly teams: readonly AgentTeam[];
  declare readonly communication: string | undefined;
  declare readonly lastContact: number | undefined;
  declare readonly workingDirectory: string;
  declare readonly properties: ReadonlyMap<string, string>;
  declare fault: Fault | undefined;
  /** The truth, for tests: requests that were taken, and those of them that came while an upgrade was in flight. */
  declare accepted: number;
  declare duplicates: number;
  readonly #tally: StatusTally<Agent>;
  #shown: Shown;
  #life: Upgrading | undefined;

  constructor({ shown, ...others }: Omit<Agent, "life">, tally: StatusTally<Agent>) {
    Object.assign(this, others);
    this.#shown = shown;
    this.#tally = tally;
    tally.enter(this);
  }

  get shown(): Shown {
    return this.#shown;
  }

  set shown(shown: Shown) {
    this.#tally.leave(this);
    this.#shown = shown;
    this.#tally.enter(this);
  }

  get life(): Upgrading | undefined {
    return this.#life;
  }

  set life(life: Upgrading | undefined) {
    this.#tally.leave(this);
    this.#life = life;
    this.#tally.enter(this);
  }
}

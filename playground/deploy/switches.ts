import type { DeploymentSeed, Deployments } from "./deployments.ts";
import { upgradeElsewhere } from "./elsewhere.ts";
import type { Fleet } from "./fleet.ts";
import type { AnswerOrder, OrderedAnswers } from "./ordered-answers.ts";
import type { RelayUpgrade } from "./relay-life.ts";
import type { Trouble, Troubles } from "./trouble.ts";
import { type Truth, truthOf } from "./truth.ts";
import { FAULTS, type Fault } from "./upgrade-life.ts";

/** What can be broken while the stand-in server runs. Each throws a sentence where it cannot be done. */
export interface Switches {
  truth(): Truth;
  /** What goes wrong with this agent's next upgrade; undefined = nothing. */
  setFault(agent: string, fault: Fault | undefined): void;
  trouble(trouble: Trouble): void;
  /** From now on requests of this kind get another answer, once, several times or for ever. */
  answer(order: AnswerOrder): void;
  /** What this agent shows as its status, as the server would write it; null = it was never in contact. */
  setStatus(agent: string, status: string | null): void;
  /** The server forgets the agent. */
  removeAgent(agent: string): void;
  /** The agent's host registers it anew: it has its name, its state and another id, which is returned. */
  registerAnew(agent: string): string;
  /** While a relay is down its agents read OFFLINE and take no upgrades; those in flight go on unseen. */
  setRelay(id: string, up: boolean): void;
  /** Upgrades a relay as a person does on its host, since no call does: it goes offline with its agents, and comes back at the server's version. */
  upgradeRelay(id: string, how?: Partial<Pick<RelayUpgrade, "ends" | "lost">>): void;
  /** Upgrades that are accepted while the disks are full come back at the old version. */
  setDiskFull(full: boolean): void;
  /** Starts so many upgrades as another user; the agents' names. */
  upgradeElsewhere(count: number): readonly string[];
  /** Begins a deployment, on an agent or an application's without one, for so many simulated ms; its id. */
  deploy(seed: Omit<DeploymentSeed, "at">): string;
}

interface Parts {
  readonly fleet: Fleet;
  readonly deployments: Deployments;
  readonly troubles: Troubles;
  readonly ordered: OrderedAnswers;
  readonly requests: ReadonlyMap<string, number>;
}

export function createSwitches({ fleet, deployments, troubles, ordered, requests }: Parts): Switches {
  function known(name: string) {
    const agent = fleet.find(name);
    if (!agent) throw new Error(`There is no agent "${name}".`);
    return agent;
  }

  return {
    truth: () => truthOf({ fleet, deployments, trouble: troubles.now(), requests }),
    setFault(name, fault) {
      const agent = known(name);
      if (fault !== undefined && !FAULTS.includes(fault))
        throw new Error(`There is no fault "${fault}". Known: ${FAULTS.join(", ")}.`);
      agent.fault = fault;
    },
    trouble: (trouble) => troubles.order(trouble),
    answer: (order) => ordered.order(order),
    setStatus(name, status) {
      const agent = known(name);
      const { inFlight: _ended, version } = fleet.now(agent);
      agent.shown = { status, version };
      agent.life = undefined;
    },
    removeAgent: (name) => fleet.remove(known(name)),
    registerAnew: (name) => fleet.registerAnew(known(name)),
    setRelay: (id, up) => fleet.setRelay(id, up),
    upgradeRelay: (id, how) => fleet.upgradeRelay(id, how),
    setDiskFull(full) {
      fleet.diskFull = full;
    },
    upgradeElsewhere: (count) => upgradeElsewhere(fleet, count),
    deploy: (seed) => deployments.begin(seed),
  };
}

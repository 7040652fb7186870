import type { AgentRef } from "../core/agent-ref.ts";
import type { Activity } from "../model/deploy-server.ts";
import { isBusy } from "../servers/fleet.ts";

interface Wait {
  readonly rollout: string;
  readonly agent: AgentRef;
  /** For how long it was seen to be busy, in ms. */
  waited: number;
  busy: boolean;
}

/** One look at what runs. */
interface Look {
  readonly activity: Activity;
  /** How long ago the look before was, in ms; less where nobody looked in between. */
  readonly gap: number;
  /** The rollouts that run: one that is paused waits for a person, and not for a deployment. */
  readonly running: ReadonlySet<string>;
  /** Whether the attempt may still begin some time. */
  readonly isPending: (id: string) => boolean;
}

/** Which attempts wait because a deployment runs on their agent, and which rollouts because nobody knows whether one does, and how long. */
export interface BusyWaits {
  take(look: Look): void;
  /** Its turn came, and a deployment runs on its agent. */
  add(id: string, rollout: string, agent: AgentRef): void;
  /** Undefined where no deployment was seen on its agent. */
  waited(id: string): number | undefined;
  of(rollout: string): readonly AgentRef[];
  any(): boolean;
  /** For how long it could not be read what runs, while this rollout could have begun something. */
  unread(rollout: string): number;
  /** The same for every rollout that runs: one that runs for less long still waits. */
  everyUnread(): number;
}

export function createBusyWaits(): BusyWaits {
  const waits = new Map<string, Wait>();
  const unread = new Map<string, number>();

  function takeUnread({ gap, running }: Look): void {
    for (const rollout of unread.keys()) if (!running.has(rollout)) unread.delete(rollout);
    for (const rollout of running) {
      const before = unread.get(rollout);
      unread.set(rollout, before === undefined ? 0 : before + gap);
    }
  }

  return {
    take(look) {
      const { activity, gap, running, isPending } = look;
      for (const id of waits.keys()) if (!isPending(id)) waits.delete(id);
      if (activity.kind === "trouble") return takeUnread(look);
      unread.clear();
      for (const wait of waits.values()) {
        const busy = isBusy(activity, wait.agent);
        if (wait.busy && busy && running.has(wait.rollout)) wait.waited += gap;
        wait.busy = busy;
      }
    },
    add(id, rollout, agent) {
      const { waited = 0 } = waits.get(id) ?? {};
      waits.set(id, { rollout, agent, waited, busy: true });
    },
    waited(id) {
      const wait = waits.get(id);
      return wait?.busy ? wait.waited : undefined;
    },
    of: (rollout) =>
      [...waits.values()].filter((wait) => wait.busy && wait.rollout === rollout).map(({ agent }) => agent),
    any: () => [...waits.values()].some(({ busy }) => busy),
    unread: (rollout) => unread.get(rollout) ?? 0,
    everyUnread: () => (unread.size > 0 ? Math.min(...unread.values()) : 0),
  };
}

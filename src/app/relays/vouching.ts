import type { Agent } from "../../domain/agent.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Once } from "../once.ts";
import { type Log, type ServerName, SlackError } from "../ports.ts";
import type { Site } from "../site.ts";
import { ServerError } from "../urbancode.ts";

/** Why the owner may not have the relay upgraded any more; undefined where they may. Throws ServerError and SlackError. */
export type Vouch = (
  site: Site,
  rollout: Rollout,
  behind: readonly Agent[],
  signal: AbortSignal,
) => Promise<string | undefined>;

/** What is known of the owner's rights for a turn. `untold`: they are being read, or could not be. */
export type Word =
  | { readonly kind: "unasked" | "granted" | "untold" }
  | { readonly kind: "refused"; readonly why: string };

/** Reads the rights of owners beside the rounds of looking, one owner of a server at a time: thousands of agents take a while. */
export interface Vouching {
  /** What came of it for this turn and these agents; an answer is given out once, so that it is never an old one. */
  take(site: Site, turn: string, behind: readonly Agent[]): Word;
  /** Begins, where none is under way on the server. */
  begin(site: Site, turn: string, rollout: Rollout, behind: readonly Agent[]): void;
  forget(site: Site): void;
  stop(): void;
}

interface Reading {
  readonly turn: string;
  readonly agents: ReadonlySet<string>;
  readonly stopping: AbortController;
  /** Undefined while it is under way. */
  word: Word | undefined;
}

export function createVouching(vouch: Vouch, { log, said }: { readonly log: Log; readonly said: Once }): Vouching {
  const readings = new Map<ServerName, Reading>();
  let stopped = false;

  async function read(reading: Reading, site: Site, rollout: Rollout, behind: readonly Agent[]): Promise<void> {
    const { signal } = reading.stopping;
    try {
      const why = await vouch(site, rollout, behind, signal);
      said.forget(rollout.id);
      reading.word = why === undefined ? { kind: "granted" } : { kind: "refused", why };
    } catch (error) {
      reading.word = { kind: "untold" };
      if (signal.aborted) return;
      if (!(error instanceof ServerError || error instanceof SlackError))
        log.error({ rollout: rollout.id, error }, "the rights of a relay rollout's owner could not be read");
      else if (said.isNew(rollout.id))
        log.warn({ rollout: rollout.id, reason: error.message }, "a relay's turn waits for an answer");
    }
  }

  function forget({ name }: Site): void {
    const reading = readings.get(name);
    if (reading?.word) readings.delete(name);
  }

  return {
    take(site, turn, behind) {
      const reading = readings.get(site.name);
      forget(site);
      if (!reading) return { kind: "unasked" };
      if (!reading.word) {
        // It is of a turn that is over: nobody waits for the rest.
        if (reading.turn !== turn) reading.stopping.abort();
        return { kind: "untold" };
      }
      if (reading.turn !== turn) return { kind: "unasked" };
      const covers = behind.every(({ id }) => reading.agents.has(id));
      return reading.word.kind === "granted" && !covers ? { kind: "untold" } : reading.word;
    },
    begin(site, turn, rollout, behind) {
      if (stopped || readings.has(site.name)) return;
      const agents = new Set(behind.map(({ id }) => id));
      const reading: Reading = { turn, agents, stopping: new AbortController(), word: undefined };
      readings.set(site.name, reading);
      void read(reading, site, rollout, behind);
    },
    forget,
    stop() {
      stopped = true;
      for (const { stopping } of readings.values()) stopping.abort();
    },
  };
}

import { pauseAfter } from "../../core/backoff.ts";
import type { Clock } from "../../core/ports.ts";
import type { Direct, Postgres } from "./open-postgres.ts";

/** A connection that was cut without a word is noticed after this time, in ms. */
const BEAT = 5_000;
const FIRST_PAUSE = 200;
const MAX_PAUSE = 5_000;

export interface Follower {
  follow(listener: () => void): () => void;
  close(): void;
}

/** Listens for what others write, on a connection of its own. It is made with the first listener, and anew whenever it is lost. */
export function createFollower(
  db: Pick<Postgres, "direct">,
  settings: {
    readonly channel: string;
    readonly clock: Clock;
    /** Whether what was written up to this position is known here already. */
    readonly isKnown: (position: number) => boolean;
  },
): Follower {
  const { channel, clock, isKnown } = settings;
  const listeners = new Set<() => void>();
  let failures = 0;
  let stop: (() => void) | undefined;

  function tell(): void {
    for (const listener of listeners) listener();
  }

  /** From connecting until the connection is lost. */
  function listen(): () => void {
    let direct: Direct | undefined;
    let isOver = false;
    let cancel = () => {};

    function end(): void {
      isOver = true;
      cancel();
      direct?.close();
    }

    function lost(): void {
      if (isOver) return;
      end();
      failures += 1;
      const cancelWait = clock.after(pauseAfter(failures, FIRST_PAUSE, MAX_PAUSE), () => {
        stop = listen();
      });
      stop = cancelWait;
    }

    function beat(): void {
      cancel = clock.after(BEAT, () => {
        direct?.rows("SELECT 1").then(() => isOver || beat(), lost);
      });
    }

    async function connect(): Promise<void> {
      const onNotice = (payload: string) => {
        if (!isKnown(Number(payload))) tell();
      };
      direct = await db.direct({ onNotice, onEnd: lost });
      if (isOver) return direct.close();
      await direct.rows(`LISTEN ${channel}`);
      failures = 0;
      beat();
      // What was written before could not be heard.
      tell();
    }

    connect().catch(lost);
    return end;
  }

  return {
    follow(listener) {
      listeners.add(listener);
      stop ??= listen();
      return () => listeners.delete(listener);
    },
    close() {
      listeners.clear();
      stop?.();
    },
  };
}

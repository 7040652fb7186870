import { pauseAfter } from "../core/backoff.ts";
import type { Clock } from "../core/ports.ts";
import type { WatchedServer } from "../gates/server-situation.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

const FIRST_PAUSE = 60_000;
const MAX_PAUSE = 15 * 60_000;

/**
 * Holds all upgrades of a server whose requests for one are answered by something that is not its API. Reads may work all the same,
 * so they prove nothing: after a pause, longer each time, one more upgrade is asked for.
 */
export interface UpgradeHold {
  /** A request was answered like this. */
  answered(sentence: string): void;
  /** What is said of that answer, and until when nothing is requested; undefined where something may be. */
  now(): WatchedServer["hold"];
  /** How many upgrades may be asked for beside those in flight. @param id the attempt that would be one of them: it is not counted. */
  room(id?: string): number;
  stop(): void;
}

export function createUpgradeHold(
  server: ManagedServer,
  { projections, clock }: { readonly projections: Projections; readonly clock: Clock },
): UpgradeHold {
  let failures = 0;
  let until = Number.NEGATIVE_INFINITY;
  let shown = 0;
  let said = "";
  const open = () => projections.openUpgrades(server.name);

  function hold(sentence: string): void {
    said = sentence;
    // What was asked at the same time is the same trouble.
    if (clock.monotonic() < until) return;
    failures += 1;
    const pause = pauseAfter(failures, FIRST_PAUSE, MAX_PAUSE);
    until = clock.monotonic() + pause;
    shown = clock.now() + pause;
  }

  for (const { unclear, outcome } of open())
    if (unclear?.code === "not-the-api" && !outcome)
      hold(`${server.name} answered the last request with something that is not its API: ${unclear.text}`);

  const ignore = projections.onChange(
    (events) => {
      const answered = events.some(
        (event) =>
          (event.type === "upgrade.triggered" ||
            (event.type === "upgrade.outcome" && event.data.outcome === "refused")) &&
          projections.upgrade(event.stream.slice("upgrade.".length))?.server === server.name,
      );
      if (!answered) return;
      failures = 0;
      until = Number.NEGATIVE_INFINITY;
    },
    ["upgrade"],
  );

  return {
    answered: hold,
    now: () => (clock.monotonic() < until ? { said, until: shown } : undefined),
    room(id) {
      if (failures === 0) return Number.POSITIVE_INFINITY;
      return open().some((upgrade) => upgrade.id !== id && waitsForAnswer(upgrade)) ? 0 : 1;
    },
    stop: ignore,
  };
}

/** What the server has put off has its answer, and waits for its turn. */
function waitsForAnswer({ holdsSlot, triggeredAt, uncertain, postponed }: Upgrade): boolean {
  return holdsSlot && triggeredAt === undefined && !uncertain && !postponed;
}

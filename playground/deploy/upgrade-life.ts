import { createRng } from "./rng.ts";

/** What can go wrong with one agent's upgrade. */
export const FAULTS = [
  "offline-late",
  "reply-lost",
  "reply-held",
  "quick",
  "never-offline",
  "never-back",
  "late-back",
  "back-old",
  "unchanged",
  "refused",
  "error-status",
  "burst-5xx",
  "status-late",
] as const;

export type Fault = (typeof FAULTS)[number];

/** What an agent shows: as the server writes it. */
export interface Shown {
  readonly status: string | null;
  readonly version: string | undefined;
}

export interface Life {
  readonly before: Shown;
  readonly target: string;
  readonly fault: Fault | undefined;
  /** Simulated ms from the accepted request until it goes offline. */
  readonly delay: number;
  /** Simulated ms from offline until it connects again. */
  readonly away: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** After this a lost agent no longer counts as in flight. */
const GIVE_UP = 60 * MINUTE;
/** For how much longer one that comes back late is away: longer than Drydock waits (30 min). */
const LATE = 32 * MINUTE;
const CONNECTING = 5 * SECOND;
/** For how long the server goes on showing the old status of one that is back upgraded. */
const RECALCULATED_AFTER = 4 * MINUTE;

/** Rolls the dice of one upgrade: 0 to 120 s untouched, then away for about 3 min (lognormal), both divided by `speed`. */
export function rollLife(before: Shown, target: string, fault: Fault | undefined, seed: number, speed = 1): Life {
  const random = createRng(seed);
  const delay = fault === "offline-late" ? (60 + 60 * random()) * SECOND : 120 * random() * SECOND;
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const away = Math.min(20 * MINUTE, Math.max(30 * SECOND, 3 * MINUTE * Math.exp(0.5 * normal)));
  return {
    before,
    target,
    fault,
    delay: delay / speed,
    away: (fault === "late-back" ? LATE : 0) + away / speed,
  };
}

/** What the agent shows so many simulated ms after the accepted request, and whether its upgrade is in flight. */
export function lifeAt(life: Life, elapsed: number): Shown & { readonly inFlight: boolean } {
  const { before, target, delay, away } = life;
  const since = elapsed - delay;
  if (since < 0) return { ...before, inFlight: true };
  const done = { status: "ONLINE", version: target, inFlight: false };
  switch (life.fault) {
    case "quick":
      return done;
    case "never-offline":
      return { ...before, inFlight: false };
    case "never-back":
      return { ...before, status: "OFFLINE", inFlight: since < GIVE_UP };
    case "error-status":
      return { ...before, status: "ERROR", inFlight: since < GIVE_UP };
    default:
      break;
  }
  if (since < away) return { ...before, status: "OFFLINE", inFlight: true };
  if (since < away + CONNECTING) return { ...before, status: "CONNECTING", inFlight: true };
  if (life.fault === "status-late" && since < away + CONNECTING + RECALCULATED_AFTER)
    return { ...done, status: before.status };
  if (life.fault === "back-old") return { ...before, inFlight: false };
  if (life.fault === "unchanged") return { ...before, status: "ONLINE", inFlight: false };
  return done;
}

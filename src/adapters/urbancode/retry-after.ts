import type { Clock } from "../../core/ports.ts";
import { ServerError } from "../../model/deploy-server.ts";
import type { RawAnswer } from "./raw-answer.ts";

/** A server that names a later time is asked again after this one, in ms: agents in flight have to be watched. */
const MAX_PAUSE = 60_000;
/** A read waits for so long, in ms; if more is left, whoever asks is told at once. */
const PATIENCE = 5_000;

/** Keeps reads back for as long as the server asks in Retry-After (429 and 503). */
export interface RetryAfter {
  heard(answer: RawAnswer): void;
  /** How long a read has to wait, in ms; undefined if that is too long for whoever asks. */
  wait(): number | undefined;
  /** What they are told then. */
  refusal(): ServerError;
}

export function createRetryAfter(server: string, clock: Clock): RetryAfter {
  let until = Number.NEGATIVE_INFINITY;
  const left = () => Math.max(0, until - clock.monotonic());

  return {
    heard(answer) {
      if (answer.status !== 429 && answer.status !== 503) return;
      const ms = waitOf(answer, clock.now());
      if (ms !== undefined) until = Math.max(until, clock.monotonic() + Math.min(ms, MAX_PAUSE));
    },
    wait() {
      const ms = left();
      return ms <= PATIENCE ? ms : undefined;
    },
    refusal: () =>
      new ServerError(
        "failing",
        `${server} is overloaded and asks for a pause (Retry-After). Drydock asks again in ${Math.ceil(left() / 1_000)} s.`,
      ),
  };
}

/** In ms; undefined if the answer names neither seconds nor a date. A date is read by the clock of the answer. */
export function waitOf({ retryAfter, date }: RawAnswer, now: number): number | undefined {
  if (/^\d{1,9}$/.test(retryAfter.trim())) return Number(retryAfter) * 1_000;
  const until = Date.parse(retryAfter);
  if (Number.isNaN(until)) return undefined;
  const from = Date.parse(date);
  return Math.max(0, until - (Number.isNaN(from) ? now : from));
}

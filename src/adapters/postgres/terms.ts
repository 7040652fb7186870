import { createBackoff } from "../../core/backoff.ts";
import type { Duty, DutyName, Term } from "../../core/duties.ts";
import type { Clock, Log } from "../../core/ports.ts";
import type { Held } from "./duty-tables.ts";

/** A term ends so long after the last answer, in ms: a second before the database lets another replica have the duty. */
export const MAX_SILENCE = 4_000;
/** A duty whose work makes no progress hangs: after this number of rounds, and not before this number of ms. */
export const HUNG_ROUNDS = 12;
const HUNG_AFTER = 60_000;
/** How long work may take to end, in ms. */
const MAX_ENDING = 5_000;
/** For how long other replicas come first after work has failed here, in ms. */
const LEFT_TO_OTHERS = 5_000;

interface Running {
  readonly duty: Duty;
  readonly epoch: number;
  readonly ending: AbortController;
  readonly ended: Promise<void>;
  /** When the last answer was asked for that renewed it (monotonic). */
  renewedAt: number;
  progressAt: number;
  cancel: () => void;
}

const HUNG = "no-progress";
type Reason = "taken-over" | "refused" | "no-answer" | typeof HUNG | "spread" | "closing";

/** What this process works at. */
export interface Terms {
  /** @param asked when it was asked for (monotonic). */
  begin(duty: Duty, epoch: number, asked: number): void;
  /** What is to be renewed: worked at, with progress. */
  toRenew(): readonly Held[];
  /** Those of `renewed` that are not in `held` have another holder. */
  renewed(renewed: readonly Held[], held: ReadonlySet<string>, asked: number): void;
  /** What is worked at, also while it ends. */
  names(): readonly DutyName[];
  mayBegin(name: DutyName): boolean;
  /** Ends one of them, so that another replica can have it. People are kept: they notice it most. */
  endOne(): void;
  /** Fulfilled once no work runs any more. */
  endAll(): Promise<void>;
}

export function createTerms(ports: {
  readonly clock: Clock;
  readonly log: Log;
  /** A term's work has ended. */
  readonly onEnded: () => void;
  /** Work does not end: nothing else keeps this process from going on with it. */
  readonly endProcess: (reason: string) => void;
}): Terms {
  const { clock, log, onEnded, endProcess } = ports;
  const running = new Map<DutyName, Running>();
  const failures = createBackoff({ clock });

  function end(term: Running, reason: Reason): void {
    if (term.ending.signal.aborted) return;
    const { name } = term.duty;
    if (reason === "taken-over" || reason === "refused") term.renewedAt = Number.NEGATIVE_INFINITY;
    term.cancel();
    term.cancel = clock.after(MAX_ENDING, () => {
      log.error({ duty: name, reason }, "the work at a duty does not end: Drydock ends instead");
      endProcess(`the work at ${name} does not end`);
    });
    const isExpected = reason === "spread" || reason === "closing";
    log[isExpected ? "info" : "warn"]({ duty: name, epoch: term.epoch, reason }, "this replica's work at a duty ends");
    term.ending.abort(reason);
  }

  function keep(term: Running, asked: number): void {
    term.renewedAt = asked;
    term.cancel();
    term.cancel = clock.after(Math.max(0, asked + MAX_SILENCE - clock.monotonic()), () => end(term, "no-answer"));
  }

  async function work(duty: Duty, term: Term): Promise<void> {
    try {
      await duty.work(term);
      if (!term.signal.aborted) throw new Error("It ended by itself.");
      if (term.signal.reason !== HUNG) failures.worked(duty.name);
    } catch (error) {
      failures.failed(duty.name, LEFT_TO_OTHERS);
      log.error({ duty: duty.name, error }, "the work at a duty ended with an error");
    }
  }

  return {
    begin(duty, epoch, asked) {
      const { name } = duty;
      const ending = new AbortController();
      const term: Running = {
        ...{ duty, epoch, ending, renewedAt: asked, progressAt: clock.monotonic(), cancel: () => {} },
        ended: Promise.resolve()
          .then(() =>
            work(duty, {
              ...{ duty: name, epoch, signal: ending.signal },
              isHeld: () => clock.monotonic() - term.renewedAt < MAX_SILENCE,
              refused: () => end(term, "refused"),
              progress() {
                term.progressAt = clock.monotonic();
              },
            }),
          )
          .then(() => {
            term.cancel();
            running.delete(name);
            onEnded();
          }),
      };
      running.set(name, term);
      log.info({ duty: name, epoch }, "this replica works at a duty");
      keep(term, asked);
    },
    toRenew() {
      const now = clock.monotonic();
      for (const term of running.values()) {
        const { name, round } = term.duty;
        if (term.ending.signal.aborted) continue;
        // The process stood still: its timers come late.
        if (now - term.renewedAt >= MAX_SILENCE) end(term, "no-answer");
        else if (now - term.progressAt > Math.max(HUNG_AFTER, HUNG_ROUNDS * round)) {
          log.error({ duty: name, silent: now - term.progressAt }, "the work at a duty hangs: another replica gets it");
          failures.failed(name, LEFT_TO_OTHERS);
          end(term, HUNG);
        }
      }
      return working().map(({ duty, epoch }) => ({ name: duty.name, epoch }));
    },
    renewed(renewed, held, asked) {
      for (const { name, epoch } of renewed) {
        const term = running.get(name as DutyName);
        if (term?.epoch !== epoch || term.ending.signal.aborted) continue;
        if (!held.has(name)) end(term, "taken-over");
        else if (clock.monotonic() - asked < MAX_SILENCE) keep(term, asked);
      }
    },
    names: () => [...running.keys()],
    mayBegin: (name) => !running.has(name) && failures.allows(name),
    endOne() {
      const one = working().findLast(({ duty }) => duty.name !== "slack") ?? working()[0];
      if (one) end(one, "spread");
    },
    async endAll() {
      for (const term of working()) end(term, "closing");
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };

  function working(): readonly Running[] {
    return [...running.values()].filter(({ ending }) => !ending.signal.aborted);
  }
}

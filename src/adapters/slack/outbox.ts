import { WebAPIRateLimitedError } from "@slack/web-api";
import type { Term } from "../../core/duties.ts";
import type { Clock } from "../../core/ports.ts";
import { slackError } from "./slack-error.ts";

/** How fast messages leave. */
export interface Pace {
  /** Between two posts of one lane, in ms. */
  readonly postGap: number;
  /** From an edit of a message to its next one in the background, in ms. */
  readonly editGap: number;
  /** Between two edits of one message that a press asked for, in ms. */
  readonly pressGap: number;
  /** Of all messages together. */
  readonly editsAMinute: number;
}

/** One post a second in a channel, and 40 of the 50 edits a minute. Source: docs/slack-limits.md, "Calls a minute". */
export const DEFAULT_PACE: Pace = { postGap: 1_000, editGap: 3_000, pressGap: 1_000, editsAMinute: 40 };

const MINUTE = 60_000;
/** Background edits are spread over the minute and use three quarters of its budget at most: an eighth in each of these, in ms. */
const SPREAD = 10_000;
const MAX_QUEUE = 2_000;
const FOR_EVER = { signal: new AbortController().signal };
const STOPPING = ["closing", "Drydock is stopping: nothing more is sent to Slack."] as const;
const ELSEWHERE = ["closing", "This Drydock talks to Slack no more: the next one sends what is left."] as const;
const MAX_TRIES = 10;

interface Job {
  readonly kind: "post" | "edit";
  /** The lane of a post, the message of an edit. */
  readonly place: string;
  /** The term in which it was given. */
  term: unknown;
  run: (plain: boolean) => Promise<unknown>;
  readonly waiting: { resolve(value: unknown): void; reject(error: unknown): void }[];
  pressed: boolean;
  plain: boolean;
  tries: number;
}

/** The one way out for messages: posts and edits leave when Slack's budgets allow it. Failures other than a rate limit are the caller's. */
export interface Outbox {
  /** Posts of one lane keep their order. Slack limits each method in each channel by itself, so each of these pairs is a lane. */
  post<T>(lane: string, run: () => Promise<T>): Promise<T>;
  /**
   * Of several edits waiting for one message only the newest is sent, and all callers learn how it ended. One that a person's press
   * asked for (`pressed`) goes before the others and skips the gap. If one of them has to be `plain` text, the newest is too.
   */
  edit(message: string, run: Job["run"], options?: Partial<Pick<Job, "pressed" | "plain">>): Promise<void>;
  close(): void;
}

export function createOutbox({
  clock,
  pace = DEFAULT_PACE,
  termNow = () => FOR_EVER,
}: {
  readonly clock: Clock;
  readonly pace?: Pace;
  /** This process's right to talk to Slack; undefined while it has none. What waits when a term ends is left to the next. Left out: one for ever. */
  readonly termNow?: () => Pick<Term, "signal"> | undefined;
}): Outbox {
  const queue: Job[] = [];
  const running = new Set<string>();
  const readyAt = new Map<string, number>();
  const pressReadyAt = new Map<string, number>();
  const backgroundEdits = Math.max(1, Math.floor(pace.editsAMinute / 8));
  let editTimes: number[] = [];
  let editsPausedUntil = 0;
  let cancel = () => {};
  let closed = false;

  function add(
    kind: Job["kind"],
    place: string,
    run: Job["run"],
    { pressed = false, plain = false } = {},
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiting = { resolve, reject };
      const term = termNow();
      const same = waitingEdit({ kind, place });
      if (closed) reject(slackError(...STOPPING));
      else if (term === undefined) reject(slackError(...ELSEWHERE));
      else if (same) {
        same.term = term;
        same.run = run;
        same.waiting.push(waiting);
        same.pressed ||= pressed;
        same.plain ||= plain;
      } else if (queue.length >= MAX_QUEUE) {
        reject(slackError("queue_full", `${MAX_QUEUE} messages wait for Slack already.`));
      } else {
        queue.push({ kind, place, term, run, waiting: [waiting], pressed, plain, tries: 0 });
        // The signal calls a listener once, however often it was added.
        term.signal.addEventListener("abort", pump);
      }
      pump();
    });
  }

  function waitingEdit({ kind, place }: Pick<Job, "kind" | "place">): Job | undefined {
    return kind === "edit" ? queue.find((job) => job.kind === kind && job.place === place) : undefined;
  }

  function dueAt(job: Job): number {
    const lane = laneOf(job);
    if (job.kind === "post") return readyAt.get(lane) ?? 0;
    const budget = Math.max(editsPausedUntil, roomAt(pace.editsAMinute, MINUTE));
    if (job.pressed) return Math.max(budget, pressReadyAt.get(lane) ?? 0);
    return Math.max(budget, readyAt.get(lane) ?? 0, roomAt(backgroundEdits, SPREAD));
  }

  /** When another edit fits, if at most `edits` are sent in any `ms`. */
  function roomAt(edits: number, ms: number): number {
    const oldest = editTimes.at(-edits);
    return oldest === undefined ? 0 : oldest + ms;
  }

  function pump(): void {
    cancel();
    if (closed) return;
    const term = termNow();
    drop((job) => job.term !== term, ELSEWHERE);
    const now = clock.monotonic();
    editTimes = editTimes.filter((time) => time > now - MINUTE);
    let soonest = Number.POSITIVE_INFINITY;
    for (const job of [...queue.filter(({ pressed }) => pressed), ...queue.filter(({ pressed }) => !pressed)]) {
      if (running.has(laneOf(job))) continue;
      const at = dueAt(job);
      if (at <= now) void send(job, now);
      else soonest = Math.min(soonest, at);
    }
    if (soonest < Number.POSITIVE_INFINITY) cancel = clock.after(Math.max(1, soonest - now), pump);
  }

  function drop(which: (job: Job) => boolean, why: readonly [code: string, message: string]): void {
    for (const job of queue.filter(which)) {
      queue.splice(queue.indexOf(job), 1);
      for (const waiting of job.waiting) waiting.reject(slackError(...why));
    }
  }

  async function send(job: Job, now: number): Promise<void> {
    const lane = laneOf(job);
    queue.splice(queue.indexOf(job), 1);
    running.add(lane);
    readyAt.set(lane, now + (job.kind === "post" ? pace.postGap : pace.editGap));
    if (job.kind === "edit") editTimes.push(now);
    if (job.pressed) pressReadyAt.set(lane, now + pace.pressGap);
    try {
      const value = await job.run(job.plain);
      for (const waiting of job.waiting) waiting.resolve(value);
    } catch (error) {
      if (error instanceof WebAPIRateLimitedError && job.tries < MAX_TRIES) wait(job, error.retryAfter * 1000);
      else for (const waiting of job.waiting) waiting.reject(error);
    } finally {
      running.delete(lane);
      forgetOld();
      pump();
    }
  }

  /** Sends it again as soon as Slack takes it. Only this lane waits, or all edits, since Slack counts them together. */
  function wait(job: Job, ms: number): void {
    const lane = laneOf(job);
    const until = clock.monotonic() + ms;
    job.tries += 1;
    readyAt.set(lane, until);
    pressReadyAt.delete(lane);
    if (job.kind === "edit") editsPausedUntil = Math.max(editsPausedUntil, until);
    const newer = waitingEdit(job);
    if (!newer) return void queue.unshift(job);
    newer.waiting.push(...job.waiting);
    newer.pressed ||= job.pressed;
    newer.plain ||= job.plain;
    newer.tries = job.tries;
  }

  function forgetOld(): void {
    const now = clock.monotonic();
    for (const times of [readyAt, pressReadyAt]) for (const [lane, at] of times) if (at <= now) times.delete(lane);
  }

  return {
    post: <T>(lane: string, run: () => Promise<T>) => add("post", lane, run) as Promise<T>,
    edit: (message, run, options) => add("edit", message, run, options).then(() => {}),
    close() {
      closed = true;
      cancel();
      drop(() => true, STOPPING);
    },
  };
}

function laneOf({ kind, place }: Job): string {
  return `${kind} ${place}`;
}

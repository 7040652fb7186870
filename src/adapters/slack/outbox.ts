import { WebAPIRateLimitedError } from "@slack/web-api";
import { type Clock, SlackError } from "../../app/ports.ts";

/** Slack's budgets. Source: Slack's rate limits: about one post a second in a channel; chat.update is tier 3 (50 a minute, of which 40 are used). */
const POST_GAP = 1_000;
const EDIT_GAP = 3_000;
const EDITS_A_MINUTE = 40;
const LONGEST_QUEUE = 2_000;
const MOST_TRIES = 10;

interface Job {
  readonly kind: "post" | "edit";
  /** The channel of a post, the message of an edit. */
  readonly place: string;
  run: () => Promise<unknown>;
  readonly waiting: { resolve(value: unknown): void; reject(error: unknown): void }[];
  tries: number;
}

/** The one way out for messages: posts and edits leave when Slack's budgets allow it. Failures other than a rate limit are the caller's. */
export interface Outbox {
  post<T>(channel: string, run: () => Promise<T>): Promise<T>;
  /** Of several edits waiting for one message only the newest is sent; all of them are told of its end. */
  edit(message: string, run: () => Promise<unknown>): Promise<void>;
  close(): void;
}

export function createOutbox({ clock }: { readonly clock: Clock }): Outbox {
  const queue: Job[] = [];
  const running = new Set<string>();
  const readyAt = new Map<string, number>();
  let editTimes: number[] = [];
  let editsPausedUntil = 0;
  let cancel = () => {};
  let closed = false;

  function add(kind: Job["kind"], place: string, run: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiting = { resolve, reject };
      const same = kind === "edit" ? queue.find((job) => job.kind === "edit" && job.place === place) : undefined;
      if (closed) reject(new SlackError("closing", "Drydock is stopping: nothing more is sent to Slack."));
      else if (same) {
        same.run = run;
        same.waiting.push(waiting);
      } else if (queue.length >= LONGEST_QUEUE) {
        reject(new SlackError("queue_full", `${LONGEST_QUEUE} messages wait for Slack already.`));
      } else {
        queue.push({ kind, place, run, waiting: [waiting], tries: 0 });
      }
      pump();
    });
  }

  function dueAt(job: Job): number {
    const own = readyAt.get(`${job.kind} ${job.place}`) ?? 0;
    if (job.kind === "post") return own;
    const oldest =
      editTimes.length >= EDITS_A_MINUTE ? (editTimes[editTimes.length - EDITS_A_MINUTE] ?? 0) + 60_000 : 0;
    return Math.max(own, editsPausedUntil, oldest);
  }

  function pump(): void {
    cancel();
    if (closed) return;
    const now = clock.now();
    editTimes = editTimes.filter((time) => time > now - 60_000);
    let soonest = Number.POSITIVE_INFINITY;
    for (const job of [...queue]) {
      const lane = `${job.kind} ${job.place}`;
      if (running.has(lane)) continue;
      const at = dueAt(job);
      if (at <= now) void send(job, lane, now);
      else soonest = Math.min(soonest, at);
    }
    if (soonest < Number.POSITIVE_INFINITY) cancel = clock.after(Math.max(1, soonest - now), pump);
  }

  async function send(job: Job, lane: string, now: number): Promise<void> {
    queue.splice(queue.indexOf(job), 1);
    running.add(lane);
    readyAt.set(lane, now + (job.kind === "post" ? POST_GAP : EDIT_GAP));
    if (job.kind === "edit") editTimes.push(now);
    try {
      const value = await job.run();
      for (const waiting of job.waiting) waiting.resolve(value);
    } catch (error) {
      if (error instanceof WebAPIRateLimitedError && job.tries < MOST_TRIES) wait(job, lane, error.retryAfter * 1000);
      else for (const waiting of job.waiting) waiting.reject(error);
    } finally {
      running.delete(lane);
      forgetOld();
      pump();
    }
  }

  /** Only this lane waits (all edits, as Slack counts them together); other channels go on. */
  function wait(job: Job, lane: string, ms: number): void {
    job.tries += 1;
    const until = clock.now() + ms;
    readyAt.set(lane, until);
    if (job.kind === "edit") editsPausedUntil = Math.max(editsPausedUntil, until);
    const newer = queue.find((other) => other.kind === job.kind && other.place === job.place);
    if (job.kind === "edit" && newer) newer.waiting.push(...job.waiting);
    else queue.unshift(job);
  }

  function forgetOld(): void {
    const now = clock.now();
    for (const [lane, at] of readyAt) if (at <= now) readyAt.delete(lane);
  }

  return {
    post: <T>(channel: string, run: () => Promise<T>) => add("post", channel, run) as Promise<T>,
    edit: async (message, run) => {
      await add("edit", message, run);
    },
    close() {
      closed = true;
      cancel();
      for (const job of queue.splice(0))
        for (const waiting of job.waiting)
          waiting.reject(new SlackError("closing", "Drydock is stopping: nothing more is sent to Slack."));
    },
  };
}

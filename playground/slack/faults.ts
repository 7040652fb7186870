import type { Clock } from "../clock.ts";

/** What can be made to go wrong between Slack and the app, and what it is called where it can be switched. */
export const SLACK_FAULTS = {
  "api-late": "the Web API answers late",
  "api-503": "the Web API answers 503",
  "api-503-done": "the Web API answers 503 after it did the work",
  "api-429": "the Web API answers 429",
  "api-refused": "the Web API refuses, with an error of choice",
  "missing-scope": "the app lacks a scope",
  "token-revoked": "the bot's token is revoked",
  "ack-lost": "acknowledgements are lost",
  twice: "what people do arrives twice",
  "out-of-order": "what people do arrives in the wrong order",
  "socket-cut": "the connection is cut in the middle",
} as const;

export type SlackFaultKind = keyof typeof SLACK_FAULTS;

export interface SlackFault {
  readonly kind: SlackFaultKind;
  /** For the next so many calls or envelopes, or for ever; 0 takes the order back. */
  readonly times: number | "always";
  /** Of this Web API method alone. */
  readonly method?: string;
  /** In this channel alone. */
  readonly channel?: string;
  /** Slack's word with which the Web API refuses. */
  readonly error?: string;
  /** How late, in ms. */
  readonly ms?: number;
  /** What a 429 says in Retry-After, in seconds. */
  readonly retryAfter?: number;
}

const FOR_EVER = Number.MAX_SAFE_INTEGER;
const LATE = 2_000;
const RETRY_AFTER = 1;
const ERROR = "fatal_error";
/** How long what arrives in the wrong order waits at most for what overtakes it. */
const OVERTAKEN = 2_000;

/** Faults by order: each order says what goes wrong and how often. */
export class Faults {
  readonly #orders: { readonly fault: SlackFault; left: number }[] = [];
  readonly #held = new Map<() => void, () => void>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Replaces an earlier order of the same kind for the same method. */
  order(fault: SlackFault): void {
    if (!Object.hasOwn(SLACK_FAULTS, fault.kind))
      throw new Error(
        `There is no fault "${fault.kind}". Known: ${Object.keys(SLACK_FAULTS).join(", ")}. Example: {"kind": "api-503", "times": 3}`,
      );
    const times = fault.times === "always" ? FOR_EVER : fault.times;
    if (!Number.isInteger(times) || times < 0)
      throw new Error(`times wants a whole number from 0 on, or "always", not "${fault.times}". Example: {"times": 3}`);
    const at = this.#orders.findIndex(
      ({ fault: { kind, method, channel } }) =>
        kind === fault.kind && method === fault.method && channel === fault.channel,
    );
    if (at >= 0) this.#orders.splice(at, 1);
    if (times > 0) this.#orders.push({ fault, left: times });
  }

  /** How many are left of each kind. */
  left(): Readonly<Partial<Record<SlackFaultKind, number>>> {
    const left: Partial<Record<SlackFaultKind, number>> = {};
    for (const order of this.#orders) left[order.fault.kind] = (left[order.fault.kind] ?? 0) + order.left;
    return left;
  }

  /** Whether this is one of those that go wrong; it counts as one then. */
  take(kind: SlackFaultKind, method?: string): boolean {
    return this.#take(kind, method) !== undefined;
  }

  /** Ms that a call of this method takes longer. */
  lateness(method: string): number {
    const fault = this.#take("api-late", method);
    return fault ? (fault.ms ?? LATE) : 0;
  }

  /** Slack's word for why this call is refused; undefined where it is not. */
  refusal(method: string, channel: string | undefined): string | undefined {
    const fault = this.#take("api-refused", method, channel);
    return fault && (fault.error ?? ERROR);
  }

  /** The Retry-After of a 429, in seconds; undefined where the call is not refused. */
  rateLimit(method: string): number | undefined {
    const fault = this.#take("api-429", method);
    return fault && (fault.retryAfter ?? RETRY_AFTER);
  }

  /** Delivers at once, or after the next one. */
  pass(deliver: () => void): void {
    if (this.#held.size === 0 && this.take("out-of-order")) {
      this.#held.set(
        deliver,
        this.#clock.after(OVERTAKEN, () => this.#release()),
      );
      return;
    }
    deliver();
    this.#release();
  }

  /** Forgets the orders and what is held. */
  clear(): void {
    this.#orders.length = 0;
    for (const cancel of this.#held.values()) cancel();
    this.#held.clear();
  }

  #take(kind: SlackFaultKind, method: string | undefined, channel?: string): SlackFault | undefined {
    const order = this.#orders.find(
      ({ fault }) =>
        fault.kind === kind &&
        (fault.method === undefined || fault.method === method) &&
        (fault.channel === undefined || fault.channel === channel),
    );
    if (!order) return undefined;
    if (order.fault.times !== "always") order.left -= 1;
    if (order.left === 0) this.#orders.splice(this.#orders.indexOf(order), 1);
    return order.fault;
  }

  #release(): void {
    const held = [...this.#held];
    this.#held.clear();
    for (const [deliver, cancel] of held) {
      cancel();
      deliver();
    }
  }
}

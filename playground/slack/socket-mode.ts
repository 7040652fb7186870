import { randomUUID } from "node:crypto";
import type { WebSocket } from "ws";
import type { Clock } from "../clock.ts";
import type { Faults } from "./faults.ts";

interface Pending {
  readonly frame: Record<string, unknown>;
  readonly sentAt: number;
  readonly acknowledged: (response: unknown) => void;
  tries: number;
  /** Takes the next delivery back. */
  cancel: () => void;
  /** Takes back that the person is told of no answer. */
  forgive: () => void;
}

const MAX_TRIES = 4;
/** Source: docs/slack-limits.md, "Deliveries". */
const MAX_SOCKETS = 10;
/** Source: docs/slack-limits.md, "Answers to people". */
const TIMEOUT = 3_000;

export type EnvelopeType = "slash_commands" | "interactive" | "events_api";

/** The way on which what happens in the workspace reaches the app. */
export interface Delivery {
  send(type: EnvelopeType, payload: unknown, acknowledged?: (response: unknown) => void): void;
}

export interface DeliveryPorts {
  readonly clock: Clock;
  readonly faults: Faults;
  /** Called with what a person did, if the app did not answer within 3 s. */
  readonly unanswered?: (payload: unknown) => void;
}

const HOST = { host: "standin" };

/** Why Slack ends a connection, as its frame says it. Source: docs.slack.dev/apis/events-api/using-socket-mode, and what its SDK logs. */
type Reason = "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets";

function disconnect(reason: Reason): string {
  return JSON.stringify({ type: "disconnect", reason, debug_info: HOST });
}

function end(socket: WebSocket, reason: Reason): void {
  socket.send(disconnect(reason));
  socket.close();
}

/** The sockets of Socket Mode: each envelope goes to one of them, and again where it was not acknowledged. */
export class SocketMode implements Delivery {
  readonly sockets = new Set<WebSocket>();
  /** Ms from each envelope to its acknowledgement. */
  readonly latencies: number[] = [];
  readonly #pending = new Map<string, Pending>();
  readonly #redeliverAfter: number;
  readonly #unanswered: (payload: unknown) => void;
  readonly #faults: Faults;
  readonly #clock: Clock;
  #turn = 0;
  #switchedOff = false;

  constructor(redeliverAfter: number, ports: DeliveryPorts) {
    this.#redeliverAfter = redeliverAfter;
    this.#faults = ports.faults;
    this.#clock = ports.clock;
    this.#unanswered = ports.unanswered ?? (() => {});
  }

  /** Takes a connection, and says hello; an eleventh is told that there are too many. */
  connect(socket: WebSocket): void {
    const reason = this.#switchedOff
      ? "link_disabled"
      : this.sockets.size >= MAX_SOCKETS
        ? "too_many_websockets"
        : undefined;
    if (reason) {
      end(socket, reason);
      return;
    }
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("message", (data) => this.#acknowledge(String(data)));
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: this.sockets.size,
        connection_info: { app_id: "A0DRYDOCK" },
        debug_info: { ...HOST, approximate_connection_time: 18_060 },
      }),
    );
  }

  /** What the app says in its acknowledgement goes to `acknowledged`. */
  send(type: EnvelopeType, payload: unknown, acknowledged: (response: unknown) => void = () => {}): void {
    const id = randomUUID();
    const frame = { envelope_id: id, type, payload, accepts_response_payload: type !== "events_api" };
    const pending: Pending = {
      frame,
      sentAt: this.#clock.now(),
      acknowledged,
      tries: 0,
      cancel: () => {},
      forgive: () => {},
    };
    if (type !== "events_api") pending.forgive = this.#clock.after(TIMEOUT, () => this.#unanswered(payload));
    this.#pending.set(id, pending);
    this.#faults.pass(() => {
      this.#deliver(id, pending);
      if (this.#faults.take("twice")) this.#transmit(frame);
      if (this.#faults.take("socket-cut")) this.cut();
    });
  }

  /** Slack says that it will end the connections soon, as it does some seconds before it ends them. */
  warn(): void {
    for (const socket of this.sockets) socket.send(disconnect("warning"));
  }

  /** Slack asks to connect again, as it does every few hours. */
  recycle(): void {
    for (const socket of this.sockets) end(socket, "refresh_requested");
  }

  /** Somebody switches Socket Mode off in the app's settings. What a later connection is told is not documented: here the same. */
  switchOff(): void {
    this.#switchedOff = true;
    for (const socket of this.sockets) end(socket, "link_disabled");
  }

  switchOn(): void {
    this.#switchedOff = false;
  }

  /** How many envelopes wait for their acknowledgement. */
  waiting(): number {
    return this.#pending.size;
  }

  cut(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  close(): void {
    for (const { cancel, forgive } of this.#pending.values()) {
      cancel();
      forgive();
    }
    this.#pending.clear();
    this.cut();
  }

  #deliver(id: string, pending: Pending): void {
    pending.tries += 1;
    const again = pending.tries > 1 ? { retry_attempt: pending.tries - 1, retry_reason: "timeout" } : {};
    this.#transmit({ ...pending.frame, ...again });
    if (pending.tries >= MAX_TRIES) this.#pending.delete(id);
    else pending.cancel = this.#clock.after(this.#redeliverAfter, () => this.#deliver(id, pending));
  }

  #transmit(frame: Record<string, unknown>): void {
    const open = [...this.sockets].filter((socket) => socket.readyState === socket.OPEN);
    this.#turn += 1;
    open[this.#turn % Math.max(1, open.length)]?.send(JSON.stringify(frame));
  }

  #acknowledge(text: string): void {
    try {
      const { envelope_id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: unknown };
      const pending = envelope_id === undefined ? undefined : this.#pending.get(envelope_id);
      if (envelope_id === undefined || !pending || this.#faults.take("ack-lost")) return;
      pending.cancel();
      pending.forgive();
      this.#pending.delete(envelope_id);
      this.latencies.push(this.#clock.now() - pending.sentAt);
      pending.acknowledged(payload);
    } catch {
      // Slack passes over what it cannot read.
    }
  }
}

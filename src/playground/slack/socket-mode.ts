import { randomUUID } from "node:crypto";
import type { WebSocket } from "ws";

interface Pending {
  readonly frame: Record<string, unknown>;
  tries: number;
  timer: NodeJS.Timeout | undefined;
}

const MOST_TRIES = 4;

/** The sockets of Socket Mode: each envelope goes to one of them, and again where it was not acknowledged. */
export class SocketMode {
  readonly sockets = new Set<WebSocket>();
  /** Duplicates to send of each coming envelope, for tests. */
  duplicates = 0;
  readonly #pending = new Map<string, Pending>();
  readonly #redeliverAfter: number;
  #turn = 0;

  constructor(redeliverAfter: number) {
    this.#redeliverAfter = redeliverAfter;
  }

  connect(socket: WebSocket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("message", (data) => this.#acknowledge(String(data)));
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: this.sockets.size,
        connection_info: { app_id: "A0DRYDOCK" },
        debug_info: { host: "standin" },
      }),
    );
  }

  send(type: "slash_commands" | "interactive" | "events_api", payload: unknown): void {
    const id = randomUUID();
    const frame = { envelope_id: id, type, payload, accepts_response_payload: type !== "events_api" };
    const pending: Pending = { frame, tries: 0, timer: undefined };
    this.#pending.set(id, pending);
    this.#deliver(id, pending);
    for (let i = 0; i < this.duplicates; i += 1) this.#transmit(frame);
  }

  /** Slack asks to connect again, as it does every few hours. */
  recycle(): void {
    for (const socket of this.sockets) {
      socket.send(JSON.stringify({ type: "disconnect", reason: "refresh_requested" }));
      socket.close();
    }
  }

  cut(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  close(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
    this.cut();
  }

  #deliver(id: string, pending: Pending): void {
    pending.tries += 1;
    const again = pending.tries > 1 ? { retry_attempt: pending.tries - 1, retry_reason: "timeout" } : {};
    this.#transmit({ ...pending.frame, ...again });
    if (pending.tries >= MOST_TRIES) this.#pending.delete(id);
    else pending.timer = setTimeout(() => this.#deliver(id, pending), this.#redeliverAfter);
  }

  #transmit(frame: Record<string, unknown>): void {
    const open = [...this.sockets].filter((socket) => socket.readyState === socket.OPEN);
    this.#turn += 1;
    open[this.#turn % Math.max(1, open.length)]?.send(JSON.stringify(frame));
  }

  #acknowledge(text: string): void {
    try {
      const { envelope_id } = JSON.parse(text) as { envelope_id?: string };
      if (envelope_id === undefined) return;
      clearTimeout(this.#pending.get(envelope_id)?.timer);
      this.#pending.delete(envelope_id);
    } catch {
      // Slack passes over what it cannot read.
    }
  }
}

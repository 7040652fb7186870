import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

/** What becomes of the next statement that holds a text. */
export type Loss =
  /** It never reaches the server, and the connection ends on both sides. */
  | "statement"
  /** The same, and the client's connection is reset, as by a server that crashed. */
  | "reset"
  /** The server carries it out, and the connection ends before its answer comes. */
  | "answer"
  /** The client loses the connection at once; the server gets the statement a moment later. */
  | "delayed"
  /** From it on nothing passes on this connection, and its client hears of no end. */
  | "silence";

/** A network between Drydock and PostgreSQL that a test may cut. */
export interface CuttableNetwork {
  /** Leads through it. */
  readonly url: string;
  readonly isFrozen: boolean;
  /** How many connections clients have. */
  readonly clients: number;
  lose(text: string, loss: Loss): void;
  /** Ends every connection; new ones are let through. */
  cut(): void;
  /** What is open falls silent for good, as after a "silence"; new ones are let through. */
  silence(): void;
  /** Nothing passes any more, and nothing is closed, until `heal`. */
  freeze(): void;
  heal(): void;
  /** Takes no new connections any more; those that are open stay. */
  refuse(): void;
  close(): void;
}

const DELAY = 300;

/** @param pooling it gives connections numbers of its own, as a pooler does. */
export async function openProxy(url: string, { pooling = false } = {}): Promise<CuttableNetwork> {
  const target = new URL(url);
  const folder = target.searchParams.get("host");
  const pairs = new Map<readonly [Socket, Socket], () => void>();
  let next: { readonly text: string; readonly loss: Loss } | undefined;
  let isFrozen = false;

  const server = createServer((client) => {
    const upstream = folder
      ? connect(join(folder, ".s.PGSQL.5432"))
      : connect(Number(target.port) || 5432, target.hostname);
    const pair = [client, upstream] as const;
    let loss: Loss | undefined;
    pairs.set(pair, () => {
      loss = "silence";
    });
    if (isFrozen) for (const side of pair) side.pause();
    client.on("data", (chunk) => {
      if (loss === "silence") return;
      if (next && chunk.includes(next.text)) {
        loss = next.loss;
        next = undefined;
        if (loss === "statement" || loss === "reset") upstream.destroy();
        if (loss === "reset") client.resetAndDestroy();
        else if (loss !== "answer" && loss !== "silence") client.destroy();
        if (loss === "delayed") setTimeout(() => upstream.end(chunk), DELAY);
        if (loss !== "answer") return;
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (loss === undefined) client.write(pooling ? renumbered(chunk) : chunk);
      else if (loss !== "silence") client.destroy();
    });
    for (const [side, other] of [pair, [upstream, client]] as const) {
      side.on("error", () => {});
      side.once("close", () => {
        if (loss === "silence" && side === upstream) return;
        pairs.delete(pair);
        if (loss === undefined || loss === "silence" || side === upstream) other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String((server.address() as AddressInfo).port);
  through.searchParams.delete("host");
  const every = (work: (side: Socket) => void) => {
    for (const pair of pairs.keys()) for (const side of pair) work(side);
  };
  return {
    url: through.href.replaceAll("+", "%20"),
    get isFrozen() {
      return isFrozen;
    },
    get clients() {
      return pairs.size;
    },
    lose(text, loss) {
      next = { text, loss };
    },
    cut: () => every((side) => side.destroy()),
    silence() {
      for (const fallSilent of pairs.values()) fallSilent();
    },
    freeze() {
      isFrozen = true;
      every((side) => side.pause());
    },
    heal() {
      isFrozen = false;
      every((side) => side.resume());
    },
    refuse() {
      server.close();
    },
    close() {
      every((side) => side.destroy());
      server.close();
    },
  };
}

/** The server's message with its process and key is the letter K and a length of 12. */
function renumbered(chunk: Buffer): Buffer {
  const at = chunk.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
  if (at >= 0) chunk.writeInt32BE(1, at + 5);
  return chunk;
}

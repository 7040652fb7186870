import { chmodSync, lstatSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname, join } from "node:path";
import type { AnswerOperator, OperatorReply } from "../../core/operator.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { readLine } from "./read-line.ts";
import { callShape, MAX_REQUEST, parsed } from "./wire.ts";

/** At the same time; more are closed at once. */
const MAX_CONNECTIONS = 8;
/** For the request and its answer, in ms. */
const TIMEOUT = 10_000;
/** Linux takes no longer path for a socket. */
const MAX_PATH = 107;

const NOT_UNDERSTOOD: OperatorReply = {
  done: false,
  reason: "not-understood",
  text: "Drydock did not understand the request, so it did nothing. Use the command line of the same version as the bot.",
};

/**
 * Listens for people on the host, on a socket that only Drydock's own user may open. Call it only with the ledger's lock: it takes the
 * place of what another process has left there. Without a socket Drydock runs all the same, and the log says so.
 */
export async function openOperatorSocket(
  path: string,
  answer: AnswerOperator,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<{ close(): void }> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    const cancel = clock.after(TIMEOUT, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      cancel();
      open.delete(socket);
    });
    void reply(socket);
  });
  server.maxConnections = MAX_CONNECTIONS;

  async function reply(socket: Socket): Promise<void> {
    const line = await readLine(socket, MAX_REQUEST);
    const call = line === undefined ? undefined : callShape.safeParse(parsed(line));
    const said = call?.success ? await answer(call.data) : NOT_UNDERSTOOD;
    socket.end(`${JSON.stringify(said)}\n`);
  }

  try {
    await listen(server, path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn({ path, reason }, "operators on the host cannot pause or stop: their socket could not be opened");
    return { close: () => server.close() };
  }
  const inode = () => lstatSync(path, { throwIfNoEntry: false })?.ino;
  const own = inode();
  return {
    close() {
      server.close();
      for (const socket of open) socket.destroy();
      // Another replica on this host may have put its own there.
      if (inode() === own) rmSync(path, { force: true });
    },
  };
}

/** It gets its name only when no other user may open it. */
async function listen(server: Server, path: string): Promise<void> {
  const folder = mkdtempSync(join(dirname(path), ".s"));
  const fresh = join(folder, "s");
  try {
    const longest = Math.max(...[path, fresh].map((name) => Buffer.byteLength(name)));
    if (longest > MAX_PATH) throw new Error(`a socket's path may have ${MAX_PATH} bytes, and this one has ${longest}`);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(fresh, resolve);
    });
    chmodSync(fresh, 0o600);
    renameSync(fresh, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

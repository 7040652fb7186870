import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** The connections of this process. Where a trial runs in one process, both ends of each are here. */
const sockets = new Set<Socket>();

for (const channel of ["net.client.socket", "net.server.socket"])
  subscribe(channel, (message) => {
    const { socket } = message as { readonly socket: Socket };
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });

/**
 * Whether a connection is being made, or one end has written what the other has not read yet. What another program has read cannot be
 * known, so a connection to one does not count: a test that failed may have left some.
 */
export function isInTransit(): boolean {
  const ends = new Set([...sockets].map(({ localPort, remotePort }) => `${localPort} ${remotePort}`));
  let unread = 0;
  for (const socket of sockets) {
    if (socket.connecting) return true;
    const { localPort, remotePort } = socket;
    if (localPort !== undefined && ends.has(`${remotePort} ${localPort}`))
      unread += socket.bytesWritten - socket.bytesRead;
  }
  return unread !== 0;
}

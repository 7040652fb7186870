import type { Socket } from "node:net";

/** Up to the first line feed; undefined if the other side ends before it, fails, or sends more than `max` bytes. */
export function readLine(socket: Socket, max: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf("\n");
      if (end >= 0 && end <= max) resolve(received.toString("utf8", 0, end));
      else if (received.length > max) resolve(undefined);
    });
    for (const event of ["end", "close", "error"]) socket.once(event, () => resolve(undefined));
  });
}

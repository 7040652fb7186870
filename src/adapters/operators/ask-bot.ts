import { createConnection } from "node:net";
import type { OperatorCall, OperatorReply } from "../../core/operator.ts";
import { type Clock, OperatorError } from "../../core/ports.ts";
import { readLine } from "./read-line.ts";
import { MAX_REPLY, parsed, replyShape } from "./wire.ts";

/** In ms: the bot answers, or ends the connection, before that. */
const TIMEOUT = 15_000;

/** Asks the bot that listens on this socket; undefined if none does. Throws OperatorError. */
export async function askBot(
  path: string,
  call: OperatorCall,
  { clock }: { readonly clock: Clock },
): Promise<OperatorReply | undefined> {
  const socket = createConnection(path);
  const cancel = clock.after(TIMEOUT, () => socket.destroy());
  let fault = "";
  socket.on("error", (error: NodeJS.ErrnoException) => {
    fault = error.code ?? error.message;
  });
  socket.write(`${JSON.stringify(call)}\n`);
  try {
    const reply = replyShape.safeParse(parsed((await readLine(socket, MAX_REPLY)) ?? ""));
    if (reply.success) return reply.data;
  } finally {
    cancel();
    socket.destroy();
  }
  if (fault === "ENOENT" || fault === "ECONNREFUSED") return undefined;
  if (fault === "EACCES")
    throw new OperatorError(
      `Only the user that runs Drydock may open ${path}. Run the command as that user, e.g. with sudo -u.`,
    );
  throw new OperatorError(
    `Drydock did not answer on ${path}${fault === "" ? "" : ` (${fault})`}. It may have done what you asked: look with drydock status.`,
  );
}

import { createServer } from "node:net";

/**
 * Linux gives ports above these to outgoing connections, and to programs that ask for any port. So one that is free now is almost
 * certainly free when Drydock starts, or starts again.
 */
const FROM = 20_000;
const BELOW = 32_768;
const TRIES = 100;

/** A port of this machine on which no program listens. */
export async function freePort(random: () => number = Math.random): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = FROM + Math.floor(random() * (BELOW - FROM));
    if (await isFree(port)) return port;
  }
  throw new Error(`${TRIES} ports between ${FROM} and ${BELOW} were tried, and none was free.`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (listens) await new Promise((resolve) => probe.close(resolve));
  return listens;
}

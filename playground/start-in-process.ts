import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import type { Clock } from "./clock.ts";
import type { StartBot } from "./start-program.ts";

/** What is used of the compiled Drydock. The playground shares no code with it, so it is loaded by its path. */
interface Compiled {
  serve(ports: object): Promise<{ readonly ready: Promise<void>; stop(reason: string): Promise<void> }>;
  createLog(level: string, destination: { write(text: string): void }): object;
}

const DIST = new URL("../dist/src/", import.meta.url);
const RANDOM = { id: randomUUID, fraction: Math.random };

/** Starts the compiled Drydock inside this process, on the given clock. It can be stopped, but not killed. */
export function inProcessStarter(clock: Clock): StartBot {
  return async (config, env, log) => {
    const { serve, createLog } = await loadDrydock();
    const running = await serve({ config, env, clock, random: RANDOM, log: createLog("info", { write: log }) });
    try {
      await running.ready;
    } catch (error) {
      // As its process would end: it keeps no ledger locked.
      await running.stop("it could not start");
      throw error;
    }
    return {
      pid: undefined,
      async end(signal) {
        if (signal === "SIGKILL") throw new Error("A Drydock inside this process cannot be killed: start a program.");
        await running.stop(signal);
        return 0;
      },
    };
  };
}

async function loadDrydock(): Promise<Compiled> {
  const serve = new URL("serve.js", DIST);
  const log = new URL("log.js", DIST);
  if (!existsSync(serve)) throw new Error('Drydock is not compiled. Run "npm run build" first.');
  return { ...(await import(serve.href)), ...(await import(log.href)) };
}

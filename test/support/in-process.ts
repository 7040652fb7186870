import type { StartBot } from "../../playground/start-program.ts";
import { clock } from "./time.ts";

const compiled = <T>(path: string) => import(new URL(`../../dist/src/${path}`, import.meta.url).href) as Promise<T>;
const { serve } = await compiled<typeof import("../../src/serve.ts")>("serve.js");
const { createLog } = await compiled<typeof import("../../src/log.ts")>("log.js");
const { systemRandom } = await compiled<typeof import("../../src/system.ts")>("system.js");

/** Starts the compiled Drydock inside this process, on this test file's clock. It can be stopped, but not killed. */
export const startInProcess: StartBot = async (config, env, log) => {
  const pass = clock.run();
  try {
    const running = await serve({ config, env, clock, random: systemRandom, log: createLog("info", { write: log }) });
    await running.ready;
    return {
      pid: undefined,
      async end(signal) {
        if (signal === "SIGKILL")
          throw new Error("A Drydock inside the test's process cannot be killed: start a program.");
        try {
          await running.stop(signal);
          return 0;
        } finally {
          pass();
        }
      },
    };
  } catch (error) {
    pass();
    throw error;
  }
};

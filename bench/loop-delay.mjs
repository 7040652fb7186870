/** Loaded into Drydock with `node --import`: SIGUSR2 writes how long its event loop was held up since the last one into LOOP_DELAY. */
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
process.on("SIGUSR2", () => {
  const ms = (nanoseconds) => nanoseconds / 1e6;
  const seen = { p50: ms(delays.percentile(50)), p99: ms(delays.percentile(99)), most: ms(delays.max) };
  delays.reset();
  writeFileSync(process.env.LOOP_DELAY ?? "", JSON.stringify(seen));
});

import { parentPort, workerData } from "node:worker_threads";
import { openSide, type Place, startMonitorOn } from "./side.ts";

/** The monitor of a server in a thread of its own, until it is told to stop. Answers with the errors that it logged. */
const side = await openSide(workerData as Place);
const monitor = await startMonitorOn(side);

parentPort?.once("message", async () => {
  await monitor.stop();
  await side.close();
  parentPort?.postMessage(side.log.said.filter((line) => line.includes('"error"')));
});

import { parentPort, workerData } from "node:worker_threads";
import { createLocalEngine } from "../../src/adapters/engine/local.ts";
import { createLedgerWatch } from "../../src/projections/ledger-watch.ts";
import { createSameServers } from "../../src/servers/same-servers.ts";
import { startMonitor } from "../../src/start-monitor.ts";
import { openSide, type Place, SETTINGS } from "./side.ts";

/** The monitor of a server in a thread of its own, until it is told to stop. Answers with the errors that it logged. */
const side = await openSide(workerData as Place);
const sameServers = createSameServers(side);
const ledgerWatch = createLedgerWatch(side);
const presence = { alive: async () => {}, aliveAt: async () => undefined };
const engine = createLocalEngine(side);
const ledgerCheck = { isDone: () => true, onDone: () => () => {} };
const monitor = await startMonitor(
  side.server,
  { ...side, presence, engine, sameServers, ledgerWatch, ledgerCheck },
  SETTINGS,
);

parentPort?.once("message", async () => {
  await monitor.stop();
  sameServers.stop();
  ledgerWatch.stop();
  await side.close();
  parentPort?.postMessage(side.log.said.filter((line) => line.includes('"error"')));
});

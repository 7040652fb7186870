import { createLocalEngine } from "../../src/adapters/engine/local.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { openSqliteStatuses } from "../../src/adapters/sqlite/sqlite-statuses.ts";
import { createUrbanCode } from "../../src/adapters/urbancode/urbancode.ts";
import type { People } from "../../src/core/ports.ts";
import { DEFAULT_LIMITS } from "../../src/model/server/limits.ts";
import { DEFAULT_DEADLINES } from "../../src/model/upgrade/deadlines.ts";
import { createLedgerWatch } from "../../src/projections/ledger-watch.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { createFleet } from "../../src/servers/fleet.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { createSameServers } from "../../src/servers/same-servers.ts";
import type { ServerStatus } from "../../src/servers/server-status.ts";
import { startMonitor } from "../../src/start-monitor.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { policyWith } from "./policy.ts";
import { keepLog } from "./silent-log.ts";

/** What two sides in two threads are told alike: all of it can be sent from one to the other. */
export interface Place {
  /** The ledger's file. */
  readonly file: string;
  /** Where the server is, and Drydock's account there. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** How often each side reads what the other has written, in ms. */
const FOLLOW = 20;
const KEY = Buffer.from("a key of the tests, which is long enough");

export const SETTINGS = {
  word: "/agents",
  people: { emailDomains: ["drydock.test"], mapping: new Map(), onCall: [] },
};

const people: People = {
  async person(id) {
    const name = id.slice("U0".length).toLowerCase();
    return { id, teamId: "T0DOCK", name, email: `${name}@drydock.test`, kind: "member" };
  },
};

/** The ports of one side, none of which the other side holds: a connection to the ledger, one to the statuses, a client. */
export async function openSide({ file, url, user, password }: Place) {
  const log = keepLog();
  const ports = { clock: systemClock, random: systemRandom, log };
  const urbancode = createUrbanCode(
    { name: "prod", url, credentials: { kind: "basic", user, password }, requestDeadline: 30_000 },
    ports,
  );
  const server: ManagedServer = {
    name: "prod",
    url,
    policy: policyWith({ required: ["View Agents", "Edit Basic Settings"], whereKnown: ["Upgrade Agents"] }),
    deadlines: { ...DEFAULT_DEADLINES, stable: 200 },
    limits: DEFAULT_LIMITS,
    watch: { inFlight: 100, fleet: 300, idle: null, tick: 200 },
    urbancode,
    fleet: createFleet(urbancode, ports),
  };
  const ledger = openSqliteLedger({ file, key: KEY });
  const statuses = openSqliteStatuses<ServerStatus>(`${file}.status`, ports);
  const projections = await openProjections(ledger, ports);
  const follow = setInterval(() => void projections.catchUp(), FOLLOW);
  return {
    ...ports,
    server,
    servers: new Map([["prod", server]]),
    projections,
    ledger,
    statuses,
    people,
    usergroups: { members: async () => new Set<string>() },
    secrets: undefined,
    async close() {
      clearInterval(follow);
      await ledger.close();
      statuses.close();
      await urbancode.close();
    },
  };
}

/** The monitor of the side's server, and nothing of the other side. */
export async function startMonitorOn(side: Awaited<ReturnType<typeof openSide>>): Promise<{ stop(): Promise<void> }> {
  const sameServers = createSameServers(side);
  const ledgerWatch = createLedgerWatch(side);
  const presence = { alive: async () => {}, aliveAt: async () => undefined };
  const engine = createLocalEngine(side);
  const ledgerCheck = { isDone: () => true, onDone: () => () => {} };
  const ports = { ...side, presence, engine, sameServers, ledgerWatch, ledgerCheck };
  const monitor = await startMonitor(side.server, ports, SETTINGS);
  return {
    async stop() {
      await monitor.stop();
      sameServers.stop();
      ledgerWatch.stop();
    },
  };
}

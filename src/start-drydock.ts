import type { Answer } from "./core/call.ts";
import type { Engine, ServerName } from "./core/ports.ts";
import type { Ledger, Presence } from "./model/ledger-port.ts";
import { createLedgerCheck } from "./projections/ledger-check.ts";
import { createLedgerWatch } from "./projections/ledger-watch.ts";
import { openProjections } from "./projections/projections.ts";
import { logUnwritable } from "./reporting/log-unwritable.ts";
import { type Health, healthOf } from "./servers/health.ts";
import { createSameServers } from "./servers/same-servers.ts";
import { type ConversationPorts, type ConversationSettings, startConversation } from "./start-conversation.ts";
import { startMonitor } from "./start-monitor.ts";
import { type ReportingPorts, startReporting } from "./start-reporting.ts";

type SidePorts = Omit<ConversationPorts & ReportingPorts, "projections" | "waitsFor">;

export interface DrydockPorts extends SidePorts {
  readonly ledger: Ledger;
  readonly presence: Presence;
  /** One for each server. */
  readonly engineOf: (server: ServerName) => Engine;
}

export interface Drydock {
  readonly answer: Answer;
  health(): Health;
  /** What is wrong with the ledger: fulfilled if something is found after the start. Then nothing may begin any more. */
  readonly ledgerFault: Promise<Error>;
  /** Begins nothing more, and waits a few seconds for what is being written and answered. */
  stop(): Promise<void>;
}

/** Both sides in one process: a monitor for each server, the conversation and the reporting. They share the ledger's projections and the statuses. */
export async function startDrydock(given: DrydockPorts, settings: ConversationSettings): Promise<Drydock> {
  const { servers, ledger, statuses, engineOf, clock } = given;
  const log = logUnwritable(given.log);
  const projections = await openProjections(ledger, given);
  const ports = { ...given, log, projections };
  const ledgerWatch = createLedgerWatch(ports);
  const ledgerCheck = createLedgerCheck({ ...ports, servers: servers.keys() });
  const conversation = await startConversation(ports, settings);
  const reporting = startReporting({ ...ports, waitsFor: conversation.waitsFor }, settings);
  const sameServers = createSameServers({ servers, clock, log });
  const monitors = await Promise.all(
    [...servers.values()].map((server) =>
      startMonitor(
        server,
        { ...ports, engine: engineOf(server.name), sameServers, ledgerWatch, ledgerCheck },
        settings,
      ),
    ),
  );
  return {
    answer: conversation.answer,
    ledgerFault: ledgerCheck.fault,
    health: () => healthOf(statuses, servers.keys()),
    async stop() {
      sameServers.stop();
      await Promise.all([...monitors, conversation, reporting].map((side) => side.stop()));
      ledgerWatch.stop();
      projections.keep();
    },
  };
}

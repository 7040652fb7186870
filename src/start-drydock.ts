import type { Answer } from "./core/call.ts";
import type { AnswerOperator } from "./core/operator.ts";
import type { Engine, ServerName } from "./core/ports.ts";
import { createStartReport } from "./features/doctor/start-report.ts";
import type { Ledger, Presence } from "./model/ledger-port.ts";
import { createLedgerCheck } from "./projections/ledger-check.ts";
import { createLedgerWatch } from "./projections/ledger-watch.ts";
import { openProjections, type Projections } from "./projections/projections.ts";
import { logUnwritable } from "./reporting/log-unwritable.ts";
import { createSameServers } from "./servers/same-servers.ts";
import { type ConversationPorts, type ConversationSettings, startConversation } from "./start-conversation.ts";
import { startMonitor } from "./start-monitor.ts";
import { type ReportingPorts, startReporting } from "./start-reporting.ts";

type SidePorts = Omit<ConversationPorts & ReportingPorts, "projections" | "waitsFor" | "startNotice">;

export interface DrydockPorts extends SidePorts {
  readonly ledger: Ledger;
  readonly presence: Presence;
  /** One for each server. */
  readonly engineOf: (server: ServerName) => Engine;
  /** Called with the folded ledger before anything is added to it. */
  readonly onOpened?: (projections: Projections) => void;
}

export interface Drydock {
  readonly answer: Answer;
  /** Answers people on the host. */
  readonly operator: AnswerOperator;
  /** What is wrong with the ledger: fulfilled if something is found after the start. Then nothing may begin any more. */
  readonly ledgerFault: Promise<Error>;
  /** Looks for mistakes, and reports them in the log and in the operations channel. Never throws. */
  examine(): Promise<void>;
  /** Begins nothing more, and waits a few seconds for what is being written and answered. */
  stop(): Promise<void>;
}

/** Both sides in one process: a monitor for each server, the conversation and the reporting. They share the ledger's projections and the statuses. */
export async function startDrydock(given: DrydockPorts, settings: ConversationSettings): Promise<Drydock> {
  const { servers, ledger, engineOf, clock } = given;
  const log = logUnwritable(given.log);
  const projections = await openProjections(ledger, given);
  given.onOpened?.(projections);
  const ports = { ...given, log, projections };
  const ledgerWatch = createLedgerWatch(ports);
  const ledgerCheck = createLedgerCheck({ ...ports, servers: servers.keys() });
  const conversation = await startConversation(ports, settings);
  const startReport = createStartReport({ ...ports, doctor: conversation.doctor });
  const reporting = startReporting(
    { ...ports, waitsFor: conversation.waitsFor, startNotice: startReport.noticeOf },
    settings,
  );
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
    operator: conversation.operator,
    ledgerFault: ledgerCheck.fault,
    examine: startReport.run,
    async stop() {
      startReport.stop();
      sameServers.stop();
      await Promise.all([...monitors, conversation, reporting].map((side) => side.stop()));
      ledgerWatch.stop();
      projections.keep();
    },
  };
}

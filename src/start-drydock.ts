import { NOT_HERE } from "./conversation/graceful-shutdown.ts";
import { createPendingStops } from "./conversation/pending-stops.ts";
import { aborted } from "./core/aborted.ts";
import { allProgress } from "./core/all-progress.ts";
import type { Answer } from "./core/call.ts";
import type { Duties, Duty, Term } from "./core/duties.ts";
import { leaveUnbegun } from "./core/leave-unbegun.ts";
import type { AnswerOperator, OperatorReply } from "./core/operator.ts";
import type { Engine, ServerName } from "./core/ports.ts";
import { createStartReport, type StartReport } from "./features/doctor/start-report.ts";
import type { Ledger, Presence } from "./model/ledger-port.ts";
import { followOthers } from "./projections/follow-others.ts";
import { createLedgerCheck } from "./projections/ledger-check.ts";
import { createLedgerWatch } from "./projections/ledger-watch.ts";
import { openProjections, type Projections } from "./projections/projections.ts";
import { logUnwritable } from "./reporting/log-unwritable.ts";
import type { ManagedServer } from "./servers/managed-server.ts";
import { createSameServers, type SameServers } from "./servers/same-servers.ts";
import {
  type Conversation,
  type ConversationPorts,
  type ConversationSettings,
  startConversation,
} from "./start-conversation.ts";
import { startMonitor } from "./start-monitor.ts";
import { type ReportingPorts, startReporting } from "./start-reporting.ts";

type SidePorts = Omit<
  ConversationPorts & ReportingPorts,
  "projections" | "pendingStops" | "waitsFor" | "startNotice" | "ending" | "onStep"
>;

export interface DrydockPorts extends SidePorts {
  /** Which of the sides run in this process, and when. */
  readonly duties: Duties;
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

const NO_OPERATOR_HERE: OperatorReply = {
  done: false,
  text: "This Drydock does not talk to Slack now, so it pauses and stops nothing. Try again in a minute.",
  reason: "not-here",
};

/** The longest time from one step of a side to the next, in ms. */
const ROUND = 5_000;

/** Both sides as duties: a monitor for each server, the conversation with the reporting. They share the ledger's projections and the statuses. */
export async function startDrydock(given: DrydockPorts, settings: ConversationSettings): Promise<Drydock> {
  const { servers, ledger, engineOf, clock, duties } = given;
  const log = logUnwritable(given.log);
  const projections = await openProjections(ledger, given);
  given.onOpened?.(projections);
  // A promised halt outlives the term in which it was asked for, so it is written under none: it only keeps upgrades from beginning.
  const pendingStops = createPendingStops({ projections, clock, log });
  const ports = { ...given, log, projections, pendingStops };
  const ledgerWatch = createLedgerWatch(ports);
  const ledgerCheck = createLedgerCheck({ ...ports, servers: servers.keys() });
  const others = followOthers(ports);
  let sameServers: SameServers | undefined;
  let talking: { readonly conversation: Conversation; readonly startReport: StartReport } | undefined;

  async function talk(term: Term): Promise<void> {
    await projections.catchUp();
    term.signal.throwIfAborted();
    const went = allProgress(["conversation", "reporting"], term.progress);
    const own = { ...ports, projections: projections.under(term), ending: term.signal };
    const conversation = await startConversation({ ...own, onStep: () => went("conversation") }, settings);
    const startReport = createStartReport({ ...own, doctor: conversation.doctor });
    const { waitsFor } = conversation;
    const startNotice = startReport.noticeOf;
    const onStep = () => went("reporting");
    const reporting = startReporting({ ...own, waitsFor, startNotice, onStep }, settings);
    talking = { conversation, startReport };
    term.progress();
    await aborted(term.signal);
    talking = undefined;
    startReport.stop();
    await Promise.all([conversation.stop(), reporting.stop()]);
  }

  async function watch(server: ManagedServer, term: Term): Promise<void> {
    await projections.catchUp();
    term.signal.throwIfAborted();
    sameServers ??= createSameServers({ servers, clock, log });
    const own = { ...ports, projections: projections.under(term), ending: term.signal, engine: engineOf(server.name) };
    const shared = { sameServers, ledgerWatch, ledgerCheck };
    const monitor = await startMonitor(server, { ...own, ...shared, onProgress: term.progress }, settings);
    term.progress();
    await aborted(term.signal);
    await monitor.stop();
  }

  async function stop(): Promise<void> {
    sameServers?.stop();
    await duties.close();
    others.stop();
    pendingStops.stop();
    ledgerWatch.stop();
  }

  try {
    const all: readonly Duty[] = [
      { name: "slack", round: ROUND, work: talk },
      ...[...servers.values()].map(
        (server): Duty => ({
          name: `server:${server.name}`,
          // A server that takes requests and answers none does not hang the work: a read of it takes that long, three times.
          round: Math.max(ROUND, server.watch.inFlight, server.deadlines.request),
          work: (term) => watch(server, term),
        }),
      ),
    ];
    await duties.run(all.map(leaveUnbegun));
  } catch (error) {
    await stop();
    throw error;
  }
  const answering = () => talking?.conversation.answer ?? NOT_HERE;
  return {
    answer: {
      call: (...given) => answering().call(...given),
      search: (...given) => answering().search(...given),
      home: (...given) => answering().home(...given),
    },
    ledgerFault: Promise.race([ledgerCheck.fault, projections.fault]),
    operator: (call) => talking?.conversation.operator(call) ?? Promise.resolve(NO_OPERATOR_HERE),
    examine: async () => talking?.startReport.run(),
    async stop() {
      await stop();
      projections.keep();
    },
  };
}

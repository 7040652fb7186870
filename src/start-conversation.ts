import { type CommandPorts, createCommandPorts } from "./command-ports.ts";
import type { Command } from "./conversation/command.ts";
import { createCommandRouter } from "./conversation/command-router.ts";
import { createGracefulShutdown } from "./conversation/graceful-shutdown.ts";
import { createKeptWords } from "./conversation/kept-words.ts";
import type { PendingStops } from "./conversation/pending-stops.ts";
import { createReplyLog } from "./conversation/reply-log.ts";
import { createTypedSecrets } from "./conversation/typed-secrets.ts";
import type { Answer } from "./core/call.ts";
import type { LedgerInspection, SlackInspection } from "./core/inspection.ts";
import type { AnswerOperator } from "./core/operator.ts";
import type { Channels, Clock, Log, People, Random, Secrets, Thread, Usergroups } from "./core/ports.ts";
import { createPulse } from "./core/pulse.ts";
import type { Secret } from "./core/secret.ts";
import { withTimeout } from "./core/with-timeout.ts";
import { createFeatures } from "./create-features.ts";
import { createAuditor } from "./features/audit/auditor.ts";
import { createDoctor, type Doctor } from "./features/doctor/doctor.ts";
import { createPlans } from "./features/plan/plans.ts";
import { createOperatorHalts } from "./features/rollout/operator-halts.ts";
import { blockedAt } from "./gates/index.ts";
import type { Ledger } from "./model/ledger-port.ts";
import { isAsking } from "./model/rollout/request.ts";
import { createAuthorize } from "./people/authorize.ts";
import { type ChannelSettings, createPlaces } from "./people/channels.ts";
import { createIdentities, type PeopleSettings } from "./people/identity.ts";
import { createTokens } from "./people/tokens.ts";
import type { Projections } from "./projections/projections.ts";
import type { ManagedServer, Servers } from "./servers/managed-server.ts";
import { type ServerStatuses, situationOf, slotsOf, watchedNow } from "./servers/server-status.ts";

export interface ConversationPorts {
  readonly projections: Projections;
  /** Read for audits. */
  readonly ledger: Pick<Ledger, "since">;
  readonly statuses: ServerStatuses;
  /** They outlive the conversation. */
  readonly pendingStops: PendingStops;
  /** Read for plans and checks; a connection is tested for whoever asks. */
  readonly servers: Servers;
  /** Undefined where people cannot link tokens of their own. */
  readonly secrets: Secrets | undefined;
  readonly thread: Pick<Thread, "isPrivate" | "link">;
  readonly people: People;
  readonly channels: Channels;
  readonly usergroups: Usergroups;
  /** What the doctor looks at besides. */
  readonly inspection: { readonly slack: SlackInspection; readonly ledger: LedgerInspection };
  /** Called after each look at what is due. */
  readonly onStep?: () => void;
  /** Aborted at the end: nothing begins that has not begun by then. */
  readonly ending?: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface ConversationSettings {
  /** The slash word. */
  readonly word: string;
  readonly people: PeopleSettings;
  readonly channels: ChannelSettings;
  readonly commands: readonly Command<CommandPorts>[];
  /** Drydock's own tokens, passwords and keys: a person who types one is refused. */
  readonly configuredSecrets?: readonly Secret[];
}

export interface Conversation {
  readonly answer: Answer;
  /** Answers people on the host. */
  readonly operator: AnswerOperator;
  readonly doctor: Doctor;
  /** Why what is approved does not start though its time has come; undefined if nothing keeps it. */
  waitsFor(rollout: string): string | undefined;
  stop(): Promise<void>;
}

/** From one look at what is due to the next, in ms. */
const TICK = 5_000;
/** How long a stop waits for what is under way, in ms; records of what is cut off may take 500 ms more. */
const TIMEOUT = 3_500;
/** How long it then waits for what is left to write and to close, in ms. A duty's work has to end within 5 s in all. */
const REST = 500;

/** The side that people talk to: it answers, writes down what they decide, and starts what is approved or scheduled. */
export async function startConversation(
  ports: ConversationPorts,
  settings: ConversationSettings,
): Promise<Conversation> {
  const { projections, statuses, servers, clock } = ports;
  const identities = createIdentities({ ...ports, settings: settings.people });
  const tokens = createTokens({ ...ports, word: settings.word });
  await tokens.settle();
  // Another replica talked to people before: none of them may type a token that was linked there.
  if (ports.secrets?.recall) await ports.secrets.recall();
  ports.ending?.throwIfAborted();
  const authorize = createAuthorize({ ...ports, identities, tokens });
  const plans = createPlans({ projections, authorize, clock });
  const typedSecrets = createTypedSecrets({ ...ports, configured: settings.configuredSecrets ?? [] });
  const keptWords = createKeptWords({
    commands: settings.commands,
    servers: [...servers.keys()],
    secretsIn: typedSecrets,
  });
  const replyLog = createReplyLog({ ...ports, keptWords });
  const statusOf = ({ name }: ManagedServer) => watchedNow(statuses, name);
  const situation = (server: ManagedServer) => situationOf(server, statusOf(server), ports);
  const doctor = createDoctor({
    ...ports,
    ...ports.inspection,
    identities,
    authorize,
    settings: { channels: settings.channels, people: settings.people, ownTokens: ports.secrets !== undefined },
  });
  const { proceeder, ...gates } = createFeatures({
    ...ports,
    plans,
    places: createPlaces({ channels: ports.channels, settings: settings.channels }),
    identities,
    authorize,
    situation,
    settings: settings.people,
  });
  const answer = createCommandRouter({
    ...ports,
    commands: settings.commands,
    commandPorts: createCommandPorts({
      ...ports,
      identities,
      authorize,
      tokens,
      people: settings.people,
      plans,
      doctor,
      auditor: createAuditor(ports),
      gates,
      waitsFor: proceeder.waitsFor,
      situation,
      slots: (server) => slotsOf(projections, server, statusOf(server)),
    }),
    identities,
    word: settings.word,
    ...{ replyLog, typedSecrets },
  });
  const shutdown = createGracefulShutdown(answer, {
    clock,
    cutOff: (call, shown) => replyLog.write(call, [shown], false),
  });
  const pulse = createPulse(step, { clock, tick: TICK, onTick });

  async function step(): Promise<void> {
    for (const server of servers.values()) {
      if (!projections.openRollouts(server.name).some(isAsking)) continue;
      if (blockedAt("proceed", "server", situation(server), server.policy).length === 0) proceeder.run(server);
    }
    ports.onStep?.();
  }

  function onTick(): void {
    void replyLog.flush(false);
    void tokens.sweep();
  }

  const ends = [projections.onChange(pulse.beat), statuses.onChange(pulse.beat)];

  return {
    answer: shutdown.answer,
    operator: createOperatorHalts({ ...ports, replyLog, operators: settings.people.operators ?? [] }),
    doctor,
    waitsFor: proceeder.waitsFor,
    async stop() {
      for (const end of ends) end();
      const lastStep = pulse.stop();
      await Promise.all([withTimeout(clock, TIMEOUT, lastStep.then(proceeder.idle)), shutdown.close(TIMEOUT)]);
      await withTimeout(clock, REST, Promise.all([replyLog.flush(true), tokens.close()]));
    },
  };
}

import type { Channels, Clock, Log, People, ServerName, Thread, Usergroups } from "./core/ports.ts";
import { createPulse } from "./core/pulse.ts";
import { withTimeout } from "./core/with-timeout.ts";
import type { StartNotice } from "./features/doctor/start-report.ts";
import type { StoredEvent } from "./model/events.ts";
import { createApproverRoster } from "./people/approver-roster.ts";
import { type ChannelSettings, createPlaces } from "./people/channels.ts";
import { createIdentities, type PeopleSettings } from "./people/identity.ts";
import type { Projections } from "./projections/projections.ts";
import { createNotices, createTokenNotices } from "./reporting/notices.ts";
import { createReporter } from "./reporting/reporter.ts";
import { createUntoldRollouts } from "./reporting/untold-rollouts.ts";
import { withPlainFallback } from "./reporting/with-plain-fallback.ts";
import type { Servers } from "./servers/managed-server.ts";
import { createRelayNames } from "./servers/relay-names.ts";
import type { ServerStatuses } from "./servers/server-status.ts";

export interface ReportingPorts {
  readonly projections: Projections;
  readonly statuses: ServerStatuses;
  /** Only read. */
  readonly servers: Servers;
  readonly thread: Thread;
  readonly people: People;
  readonly channels: Channels;
  readonly usergroups: Usergroups;
  readonly clock: Clock;
  readonly log: Log;
  /** What the doctor found after the start, on the first server alone. */
  readonly startNotice: (server: ServerName) => StartNotice | undefined;
  /** Why the conversation does not start what is approved though its time has come; undefined if nothing keeps it. */
  readonly waitsFor: (rollout: string) => string | undefined;
  /** Aborted at the end: what fails from then on is left to the next to report, and is no trouble. */
  readonly ending: AbortSignal;
  /** Called after each look at what Slack shows. */
  readonly onStep?: () => void;
}

export interface ReportingSettings {
  readonly people: PeopleSettings;
  readonly channels: ChannelSettings;
  /** The slash word. */
  readonly word: string;
}

/** From one look at everything that Slack shows to the next, in ms. */
const TICK = 5_000;

/** How long a stop waits for what is being sent to Slack, in ms. */
const TIMEOUT = 3_500;

/** Keeps cards, threads and notices as the projections and the servers' statuses are. */
export function startReporting(ports: ReportingPorts, settings: ReportingSettings): { stop(): Promise<void> } {
  const { projections, statuses, servers, clock, channels } = ports;
  const thread = withPlainFallback(ports.thread, ports);
  const operationsChannel = settings.channels.operationsChannel?.id;
  const places = createPlaces({ channels, settings: settings.channels });
  const identities = createIdentities({ ...ports, settings: settings.people });
  const roster = createApproverRoster({ ...ports, identities });
  const shared = { ...ports, thread, places, word: settings.word };
  const reporter = createReporter({
    ...shared,
    operationsChannel,
    serverOf({ plan }) {
      const server = servers.get(plan.server);
      return server && roster.shown(server);
    },
    lookAtApprovers: roster.look,
    relayNames: createRelayNames({ clock }),
  });
  const notices = createNotices({ ...shared, channel: operationsChannel });
  const tokenNotices = createTokenNotices(shared);
  const untold = createUntoldRollouts(projections);
  const pulse = createPulse(step, { clock, tick: TICK, onTick: () => {} });
  const underWay = new Set<Promise<void>>();

  /** Slack may be slow or away: nothing but a stop waits for it. */
  async function step(): Promise<void> {
    for (const server of servers.values()) begin(notices.run(server));
    begin(reporter.report(untold.look(reporter.concerns)));
    ports.onStep?.();
  }

  function begin(work: Promise<void>): void {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  }

  const ends = [
    statuses.onChange(pulse.beat),
    projections.onChange((events) => {
      untold.follow(events);
      reporter.follow(events);
      tokenNotices.follow(events);
      if (events.some(isShown)) pulse.beat();
    }),
  ];

  return {
    async stop() {
      for (const end of ends) end();
      const lastStep = pulse.stop();
      // The next one to report looks for what was posted, and cannot find what is still being sent.
      await withTimeout(
        clock,
        TIMEOUT,
        lastStep.then(() => Promise.all(underWay)),
      );
    },
  };
}

/** Cards and threads show nothing of what people type and of what Drydock answers. */
function isShown({ stream }: StoredEvent): boolean {
  return !stream.startsWith("person.");
}

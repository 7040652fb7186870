import type { AgentRef } from "../core/agent-ref.ts";
import type { Clock, Log } from "../core/ports.ts";
import { withTimeout } from "../core/with-timeout.ts";
import type { AgentSituation } from "../gates/agent-situation.ts";
import type { Reading, WatchedServer } from "../gates/server-situation.ts";
import { type Activity, ServerError } from "../model/deploy-server.ts";
import { ignoresUnread, waitsForAgent } from "../model/policy.ts";
import { followsUp } from "../model/rollout/retry.ts";
import { isUnderWay } from "../model/rollout/rollout.ts";
import { isWaiting, parseUpgradeId } from "../model/upgrade/upgrade.ts";
import type { Projections } from "../projections/projections.ts";
import { type BusyTest, isBusy } from "../servers/fleet.ts";
import { createFreshReading } from "../servers/fresh-reading.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { createBusyWaits } from "./busy-waits.ts";

/** What running deployments, or the server's maintenance mode, mean for what may begin on one server (`whenBusy`). */
export interface DeploymentGate {
  /** What was last read, for the gates about the whole server. */
  readings(): Pick<WatchedServer, "deployments" | "unreadFor" | "maintenance">;
  /** What was last seen to run on the agent of this attempt; undefined: nothing. */
  seenOn(id: string): AgentSituation["deployment"];
  /** The agents of the rollout that wait for a deployment to end. */
  waitingFor(rollout: string): readonly AgentRef[];
  /** A round of the poller while a rollout is under way: reads again what something waits for. Nobody waits for it. */
  round(): void;
  /** What runs on the agent of this attempt, read now; undefined where nobody asks. */
  readOn(id: string, agent: AgentRef): Promise<AgentSituation["deployment"]>;
  /** On which agents deployments run that have to be left alone, read now; undefined where it could not be read. */
  busyAgents(): Promise<BusyTest | undefined>;
  stop(): void;
}

interface Ports {
  readonly projections: Projections;
  readonly clock: Clock;
  readonly log: Log;
  /** Something that waited may begin now. */
  readonly onFree: () => void;
}

/** How long the server may take to report what runs, in ms. */
const TIMEOUT = 8_000;
/** A reading of this many intervals is too old to begin by. */
const STALE = 3;

export function createDeploymentGate(server: ManagedServer, ports: Ports): DeploymentGate {
  const { projections, clock, log } = ports;
  const { name, policy, watch } = server;
  const { whenBusy } = policy;
  const waits = createBusyWaits();
  const stopping = new AbortController();
  /** `at`: when it was asked (monotonic). */
  let last: { readonly activity: Activity; readonly at: number } | undefined;
  let maintenance: { readonly mode: WatchedServer["maintenance"]; readonly at: number } | undefined;
  let hasNamed = false;
  let saidLimits = false;
  let saidTrouble = false;
  const read = createFreshReading(readActivity, { clock });

  async function readActivity() {
    const at = clock.monotonic();
    const activity = asWanted(await inTime());
    if (stopping.signal.aborted) return { activity, at };
    const gap = last ? Math.min(at - last.at, watch.fleet) : 0;
    const running = projections.openRollouts(name).filter(({ status }) => status === "running");
    waits.take({ activity, gap, running: new Set(running.map(({ id }) => id)), isPending });
    last = { activity, at };
    say(activity);
    ports.onFree();
    return last;
  }

  /** What takes longer would be too old to begin by. */
  async function inTime(): Promise<Activity> {
    const ending = new AbortController();
    const end = () => ending.abort();
    // AbortSignal.any would keep something of each reading for as long as the gate lives.
    stopping.signal.addEventListener("abort", end);
    if (stopping.signal.aborted) end();
    const reading = server.urbancode.activity(ending.signal);
    const activity = await withTimeout(clock, TIMEOUT, reading).finally(() =>
      stopping.signal.removeEventListener("abort", end),
    );
    if (activity) return activity;
    end();
    return { kind: "trouble", error: new ServerError("unreachable", `${name} gave no answer in time.`) };
  }

  /** Where nobody configured that agents are waited for, an account that may not read what runs is as a server that does not report it. */
  function asWanted(activity: Activity): Activity {
    if (activity.kind === "known" && activity.agents.length > 0) hasNamed = true;
    const isIgnored = activity.kind === "trouble" && ignoresUnread(policy, activity.error.fault) && !hasNamed;
    return isIgnored ? { kind: "not-reported" } : activity;
  }

  function isPending(id: string): boolean {
    const place = parseUpgradeId(id);
    const rollout = place && projections.rollouts.get(place.rollout);
    if (!rollout || !isUnderWay(rollout)) return false;
    const before = projections.attempts(rollout.id, place.agentId).at(-1);
    // What the attempt before brought late may have made another one needless.
    if (before && before.attempt < place.attempt) return followsUp(rollout, before);
    return isWaiting(projections.upgrade(id));
  }

  function say(activity: Activity): void {
    if (activity.kind === "trouble") {
      if (!saidTrouble) log.warn({ server: name, reason: activity.error.message }, "what runs could not be read");
      saidTrouble = true;
      return;
    }
    saidTrouble = false;
    const unnamed = activity.kind === "known" ? activity.unnamed : undefined;
    if (saidLimits || unnamed === 0 || !waitsForAgent(policy)) return;
    saidLimits = true;
    log.warn(
      { server: name, reported: unnamed !== undefined, whenBusy },
      "the server does not name every agent on which a deployment runs. Drydock cannot leave such agents alone",
    );
  }

  async function lookAtMaintenance(): Promise<void> {
    if (maintenance && clock.monotonic() - maintenance.at < watch.fleet) return;
    const at = clock.monotonic();
    maintenance = { mode: await readMaintenance(server), at };
    if (maintenance.mode.kind === "known" && maintenance.mode.value) ports.onFree();
  }

  const isStale = (at: number) => clock.monotonic() - at > STALE * watch.fleet;

  function readingNow(): WatchedServer["deployments"] {
    // Where single agents are waited for, the last trouble counts until it is read again.
    if (!last || (whenBusy === "wait_until_zero" && isStale(last.at))) return { kind: "not-read" };
    return readingOf(last.activity);
  }

  function maintenanceNow(): WatchedServer["maintenance"] {
    return maintenance && !isStale(maintenance.at) ? maintenance.mode : { kind: "not-read" };
  }

  function isDue(): boolean {
    if (whenBusy === "wait_until_zero") return !last || clock.monotonic() - last.at >= watch.fleet;
    return waitsForAgent(policy) && (waits.any() || last?.activity.kind === "trouble");
  }

  return {
    readings: () => ({ deployments: readingNow(), unreadFor: waits.everyUnread(), maintenance: maintenanceNow() }),
    seenOn(id) {
      const waited = waits.waited(id);
      return waited === undefined ? undefined : { reading: { kind: "known", value: true }, waited };
    },
    waitingFor: (rollout) => waits.of(rollout),
    round() {
      const work = whenBusy === "require_maintenance" ? lookAtMaintenance() : isDue() ? read() : undefined;
      work?.catch((error: unknown) => log.error({ server: name, error }, "a look at running deployments failed"));
    },
    async readOn(id, agent) {
      const rollout = parseUpgradeId(id)?.rollout;
      if (rollout === undefined || whenBusy === "warn" || whenBusy === "require_maintenance") return undefined;
      const { activity } = await read();
      const reading = readingOf(activity);
      if (reading.kind !== "known") return { reading, waited: waits.unread(rollout) };
      if (whenBusy === "wait_until_zero") return { reading: { kind: "known", value: reading.value !== 0 }, waited: 0 };
      if (!isBusy(activity, agent)) return { reading: { kind: "known", value: false }, waited: 0 };
      waits.add(id, rollout, agent);
      return { reading: { kind: "known", value: true }, waited: waits.waited(id) ?? 0 };
    },
    async busyAgents() {
      if (!waitsForAgent(policy)) return () => false;
      const { activity } = await read();
      return activity.kind === "trouble" ? undefined : (agent) => isBusy(activity, agent);
    },
    stop: () => stopping.abort(),
  };
}

function readingOf(activity: Activity): Reading<number | undefined> {
  switch (activity.kind) {
    case "trouble":
      return { kind: "unknown", fault: activity.error.fault, status: activity.error.status };
    case "not-reported":
      return { kind: "known", value: undefined };
    case "known":
      return { kind: "known", value: activity.running };
  }
}

async function readMaintenance({ fleet }: ManagedServer): Promise<WatchedServer["maintenance"]> {
  try {
    return { kind: "known", value: (await fleet.settings()).maintenance };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { kind: "unknown", fault: error.fault, status: error.status };
  }
}

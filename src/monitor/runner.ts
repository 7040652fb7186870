import type { Agent, AgentStatus } from "../core/agent.ts";
import { jumpBetween, type Moment } from "../core/jump-between.ts";
import type { Clock, Log } from "../core/ports.ts";
import { follow, skipped } from "../gates/follow.ts";
import type { Blocked } from "../gates/gate.ts";
import { blockedAt } from "../gates/index.ts";
import type { ServerSituation } from "../gates/server-situation.ts";
import type { ServerError } from "../model/deploy-server.ts";
import type { NewEvent } from "../model/events.ts";
import { givenApprovals } from "../model/rollout/request.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { isWaiting, parseUpgradeId, type Upgrade } from "../model/upgrade/upgrade.ts";
import { onUpgrade } from "../projections/change.ts";
import type { Projections } from "../projections/projections.ts";
import { courseOf } from "../projections/rollout-progress.ts";
import type { ManagedServer, Servers } from "../servers/managed-server.ts";
import { rolloutSituationOf } from "../servers/server-status.ts";
import { todayOn } from "../servers/today-on.ts";
import { agentSituations, roomFor, waitsForCanaries } from "./agent-situations.ts";
import { askAgainForChanged } from "./ask-again-for-changed.ts";
import { closeEarlierAttempt, insteadOfAgain } from "./earlier-attempt.ts";
import { MAX_LOOK_AGE } from "./last-look.ts";
import { createLookBeforeTrigger, type ToldLook } from "./look-before-trigger.ts";
import { createPostponedAttempts, waitOf } from "./postponed-attempts.ts";
import { triggerResultEvents, troubleOf } from "./trigger-result.ts";

type Base = Extract<NewEvent, { readonly type: "upgrade.intended" }>["data"];
type Begins = Exclude<ToldLook, { readonly kind: "pause" | "changed" }>;

type LookPorts = Parameters<typeof createLookBeforeTrigger>[0];

interface Ports extends Omit<LookPorts, "onServerTrouble"> {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly clock: Clock;
  readonly log: Log;
  /** The server gave no answer, `requested`: to a request for an upgrade. Nothing begins on it until it does again. */
  readonly onServerTrouble: (server: ManagedServer, error: ServerError, requested?: boolean) => void;
  /** The server as the gates judge it now. */
  readonly situation: (server: ManagedServer) => ServerSituation;
  /** How many upgrades may be asked for beside those in flight, this attempt apart. Left out = as many as there are slots. */
  readonly holdRoom?: (id: string) => number;
  /** An upgrade is requested now of an agent that was just read in this status. */
  readonly onIntended?: (agentId: string, status: AgentStatus) => void;
  /** Whether an agent that is offline just before its turn is in somebody else's hands. */
  readonly isExternal: (server: ManagedServer, agent: Agent) => Promise<boolean>;
}

/**
 * One attempt, from the last look before the trigger until its slot is free. May be called again for the same id at any
 * time: what is in the ledger as intended is never triggered a second time.
 */
export function createRunner(ports: Ports): (id: string, signal: AbortSignal) => Promise<void> {
  const { projections, knownRelays } = ports;
  const look = createLookBeforeTrigger(ports);
  const postponed = createPostponedAttempts(ports);

  async function begin(id: string, signal: AbortSignal): Promise<void> {
    const place = parseUpgradeId(id);
    const rollout = place && projections.rollouts.get(place.rollout);
    const server = rollout && ports.servers.get(rollout.plan.server);
    const agent = rollout?.plan.agents.find((planned) => planned.id === place?.agentId);
    if (!place || !rollout || !server || !agent || rollout.status !== "running") return;
    const isFirst = place.attempt === 1 && isWaiting(projections.upgrade(id));
    const looked = await look(server, rollout, agent, id, isFirst);
    if (!looked || signal.aborted) return;
    if (looked.kind === "pause") return await pause(rollout, looked.blocked);
    if (looked.kind === "changed") return await askAgainForChanged(server, rollout, looked.now, ports);
    if (looked.kind === "offline" && (await ports.isExternal(server, looked.agent))) return;
    const placed = knownRelays.placed(agent);
    const base = {
      rollout: rollout.id,
      server: server.name,
      agent: { id: agent.id, name: agent.name, ...(placed.relay ? { relay: placed.relay } : {}) },
      attempt: place.attempt,
      from: looked.version,
    };
    let written = false;
    let callId: string | undefined;
    const notAfter = looked.kind === "go" ? looked.lookedAt.monotonic + MAX_LOOK_AGE : 0;
    /** As the ledger has it in the transaction. What is not asked to upgrade takes no slot. */
    const situationOf = (now: Rollout) =>
      rolloutSituationOf(projections, now, ports.clock.now(), { course: courseOf(projections, now) });
    const turnOf = (now: Rollout) => {
      const room = () => roomFor(projections, server, placed, { mine: id, held: ports.holdRoom?.(id), knownRelays });
      const afterCanaries = waitsForCanaries(projections, now)(agent.id);
      const ofAgent = agentSituations(projections, server, ports.clock.now());
      return ofAgent(placed, { afterCanaries, ...(looked.kind === "go" ? room() : {}) });
    };
    await projections.change(() => {
      written = false;
      // Whose rights were looked at is still the owner, and the last gate is open: approved, covered, running, not frozen, within a window, all as the ledger has it in this transaction.
      const now = projections.rollouts.get(rollout.id);
      const { attempt } = place;
      const instead = now && insteadOfAgain(projections, { server, rollout: now, agent, attempt, looked });
      if (instead) return instead;
      written =
        now?.owner === rollout.owner &&
        blockedAt("trigger", "server", ports.situation(server), server.policy).length === 0 &&
        blockedAt("trigger", "rollout", situationOf(now), server.policy).length === 0 &&
        blockedAt("trigger", "agent", turnOf(now), server.policy).length === 0 &&
        isWaiting(projections.upgrade(id));
      if (looked.kind === "go") written &&= !signal.aborted && isFresh(ports.clock, looked.lookedAt);
      if (!written || !now) return [];
      callId = now.callId;
      const closed = closeEarlierAttempt(projections, rollout.id, agent.id, attempt);
      return [...closed, onUpgrade(id, [firstEvent(looked, base, server, now)])];
    });
    // Only who wrote the intention down may act on it: the ledger decides that once, for ever.
    if (!written || looked.kind !== "go") return;
    ports.onIntended?.(agent.id, looked.seen.status);
    const result = await (looked.own ?? server.urbancode).trigger(agent.id, {
      notAfter,
      callId,
      agentName: agent.name,
    });
    await projections.change(() => {
      const { outcome, closed, postponements = 0 } = projections.upgrade(id) ?? {};
      // What was seen while the answer was on its way stands: an answer can come later than the proof.
      const events = triggerResultEvents(result, postponements).filter(
        ({ type }) => !outcome || type !== "upgrade.outcome",
      );
      return closed ? [] : [onUpgrade(id, events)];
    });
    const error = troubleOf(server.name, result);
    if (error) ports.onServerTrouble(server, error, true);
  }

  /** An attempt begins with the intention; what is not asked to upgrade has only one event. */
  function firstEvent(looked: Begins, base: Base, server: ManagedServer, rollout: Rollout): NewEvent {
    if (looked.kind !== "go") return skipped(base, looked.blocked);
    const owner = { person: rollout.owner, user: rollout.serverUser };
    // Those who approved are not read before each request: what the ledger knows of them is as old as it says.
    const approvals = givenApprovals(rollout, server.policy);
    const { lacking, lookedAt } = looked;
    const account = looked.own ? "owner" : "drydock";
    const { judged } = todayOn(server, ports, { owner, lacking, approvals, readAt: lookedAt.monotonic });
    return { type: "upgrade.intended", data: { ...base, wanted: rollout.plan.serverVersion, account, judged } };
  }

  /** The same attempt, as often as the server puts it off. All is looked at afresh each time. */
  async function askAgain(id: string, signal: AbortSignal): Promise<void> {
    let before: number | undefined;
    for (;;) {
      const upgrade = projections.upgrade(id);
      if (!upgrade?.postponed) return;
      const wait = waitOf(upgrade, before === upgrade.postponements);
      before = upgrade.postponements;
      if (!(await postponed.wait(upgrade, wait, signal))) return;
      await begin(id, signal);
    }
  }

  /** Nothing further begins until a person looks at it. What was read of a former owner says nothing about the new one. */
  async function pause({ id, owner }: Rollout, blocked: readonly Blocked[]): Promise<void> {
    await projections.change(() => {
      const now = projections.rollouts.get(id);
      if (now?.owner !== owner) return [];
      return [{ stream: `rollout.${id}`, actor: "drydock", events: follow("look", now, blocked) }];
    });
  }

  return async (id, signal) => {
    if (!projections.upgrade(id)) await begin(id, signal);
    await askAgain(id, signal);
    await slotFree(projections, id, signal);
  };
}

/** Whether what was looked at may still be true. The monotonic clock of a machine that slept may have stood still. */
function isFresh(clock: Clock, lookedAt: Moment): boolean {
  const now = { wall: clock.now(), monotonic: clock.monotonic() };
  return now.monotonic - lookedAt.monotonic < MAX_LOOK_AGE && jumpBetween(lookedAt, now) === 0;
}

/** Waits until the upgrade holds no slot any more; the domain's deadlines see to it that this comes. */
function slotFree(projections: Projections, id: string, signal: AbortSignal): Promise<void> {
  const holds = (upgrade: Upgrade | undefined) => upgrade?.holdsSlot === true;
  if (signal.aborted || !holds(projections.upgrade(id))) return Promise.resolve();
  return new Promise((resolve) => {
    const ignore = projections.onChange(() => {
      if (!holds(projections.upgrade(id))) done();
    });
    function done(): void {
      ignore();
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}

import type { Agent } from "../../domain/agent.ts";
import type { NewEvent } from "../../domain/events.ts";
import { triggerBlocked } from "../../domain/gates/trigger.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { notTriggered } from "../../domain/upgrades/decide-upgrade.ts";
import { parseUpgradeId, type Upgrade } from "../../domain/upgrades/upgrade.ts";
import type { ManagedServer, Servers } from "../managed-server.ts";
import type { Identities } from "../people/identity.ts";
import type { Tokens } from "../people/tokens.ts";
import type { Clock, Log } from "../ports.ts";
import { onUpgrade, type Projections } from "../projections.ts";
import { quarantinedOn } from "../relays/quarantined.ts";
import { ServerError, type TriggerResult } from "../urbancode.ts";
import { askAgainForChanged } from "./ask-again-for-changed.ts";
import { closeEarlier, insteadOfAgain } from "./earlier-attempt.ts";
import { letsBegin } from "./guard-events.ts";
import { MAX_RIGHTS_AGE } from "./last-look.ts";
import { createPatientLook, type ToldLook } from "./patient-look.ts";

/** From the moment that an attempt is written down until its request has left, in ms. What was looked at before it may be untrue later. */
const MAX_SEND_DELAY = 10_000;

type Base = Extract<NewEvent, { readonly type: "upgrade.intended" }>["data"];

interface Ports {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly identities: Identities;
  readonly tokens: Pick<Tokens, "of">;
  readonly clock: Clock;
  readonly log: Log;
  /** The server gave no answer, `requested`: to a request for an upgrade. Nothing begins on it until it does again. */
  readonly onServerTrouble: (server: ManagedServer, error: ServerError, requested?: boolean) => void;
  /** A pause or a stop that is not in the ledger yet. */
  readonly hasPendingStop: (rollout: string) => boolean;
  /** Whether an agent that is offline just before its turn is in somebody else's hands. */
  readonly isExternal: (server: ManagedServer, agent: Agent) => Promise<boolean>;
}

/**
 * One attempt, from the last look before the trigger until its slot is free. May be called again for the same id at any
 * time: what is in the ledger as intended is never triggered a second time.
 */
export function createRunner(ports: Ports): (id: string, signal: AbortSignal) => Promise<void> {
  const { projections } = ports;
  const look = createPatientLook(ports);

  async function begin(id: string, signal: AbortSignal): Promise<void> {
    const place = parseUpgradeId(id);
    const rollout = place && projections.rollouts.get(place.rollout);
    const server = rollout && ports.servers.get(rollout.plan.server);
    const agent = rollout?.plan.agents.find((planned) => planned.id === place?.agentId);
    if (!place || !rollout || !server || !agent || rollout.status !== "running") return;
    const looked = await look(server, rollout, agent, id);
    if (!looked || signal.aborted) return;
    if (looked.kind === "pause") return await pause(rollout, looked.why);
    if (looked.kind === "changed") return await askAgainForChanged(server, rollout, looked.now, ports);
    if (looked.kind === "offline" && (await ports.isExternal(server, looked.agent))) return;
    const base = {
      rollout: rollout.id,
      server: server.name,
      agent: { id: agent.id, name: agent.name, ...(agent.relay ? { relay: agent.relay } : {}) },
      attempt: place.attempt,
      from: looked.version,
    };
    const event = firstEvent(looked, base);
    let written = false;
    let notAfter = 0;
    const stopping = (of: string) => signal.aborted || ports.hasPendingStop(of);
    await projections.change(() => {
      written = false;
      notAfter = Math.min(ports.clock.monotonic() + MAX_SEND_DELAY, rightsUntil(looked));
      // Whose rights were looked at is still the owner, and the last gate is open: approved, covered, running, not frozen, within a window, all as the ledger has it in this transaction.
      const now = projections.rollouts.get(rollout.id);
      const instead =
        now && insteadOfAgain(projections, { server, rollout: now, agent, attempt: place.attempt, looked });
      if (instead && !projections.upgrade(id)) return instead;
      const { freeze } = projections.claims(server.name);
      const expected = projections.learned.expect(server.name, agent).ms;
      written =
        now?.owner === rollout.owner &&
        triggerBlocked(now, server.policy, ports.clock.now(), { freeze, expected }) === undefined &&
        letsBegin(projections, now, server.policy, agent.id) &&
        !quarantinedOn(projections, server.name)(agent) &&
        !projections.upgrade(id);
      if (event.type === "upgrade.intended")
        written &&= hasRoom(projections, server) && !stopping(rollout.id) && ports.clock.monotonic() < notAfter;
      return written ? [...closeEarlier(projections, rollout.id, agent.id, place.attempt), onUpgrade(id, [event])] : [];
    });
    // Only who wrote the intention down may act on it: the ledger decides that once, for ever.
    if (!written || event.type !== "upgrade.intended" || looked.kind !== "go") return;
    const result = await (looked.own ?? server.urbancode).trigger(agent.id, { notAfter });
    await projections.change(() => {
      const { outcome, closed } = projections.upgrade(id) ?? {};
      // What was seen while the answer was on its way stands: an answer can come later than the proof.
      const events = factsOf(result).filter(({ type }) => !outcome || type !== "upgrade.outcome");
      return closed ? [] : [onUpgrade(id, events)];
    });
    const error = troubleOf(result);
    if (error) ports.onServerTrouble(server, error, true);
  }

  /** The owner's rights do not carry the rollout any more: nothing further begins until somebody else takes it over. */
  async function pause({ id }: Rollout, sentence: string): Promise<void> {
    await projections.change(() =>
      projections.rollouts.get(id)?.status === "running"
        ? [
            {
              stream: `rollout.${id}`,
              actor: "drydock",
              events: [{ type: "rollout.paused", data: { by: "drydock", kind: "rights", sentence } }],
            },
          ]
        : [],
    );
  }

  return async (id, signal) => {
    if (!projections.upgrade(id)) await begin(id, signal);
    await slotFree(projections, id, signal);
  };
}

/** Until when (monotonic) what was read of the owner holds. */
function rightsUntil(looked: ToldLook): number {
  return looked.kind === "go" ? looked.rightsAt + MAX_RIGHTS_AGE : Number.POSITIVE_INFINITY;
}

/** An attempt begins with the intention; what is not asked to upgrade has only one event. */
function firstEvent(looked: Exclude<ToldLook, { kind: "pause" | "changed" }>, base: Base): NewEvent {
  if (looked.kind === "go") return { type: "upgrade.intended", data: base };
  const done = looked.kind === "elsewhere" ? ({ elsewhere: true } as const) : {};
  return { type: "upgrade.skipped", data: { ...base, reason: looked.why, ...done } };
}

/** Ours and everybody else's are fewer than the slots, and nobody is in doubt about that. */
function hasRoom(projections: Projections, { name, policy }: ManagedServer): boolean {
  const { upgrading, ambiguous } = projections.server(name).external;
  const ours = projections.openUpgrades(name).filter((upgrade) => upgrade.holdsSlot).length;
  return ambiguous === undefined && ours + upgrading.size < policy.slots;
}

/** What the answer to a request says about the server; undefined where nothing is wrong with it. */
function troubleOf(result: TriggerResult): ServerError | undefined {
  if (result.kind !== "unsent" && result.kind !== "uncertain") return undefined;
  if (result.kind === "unsent" && result.late) return undefined;
  const status = result.kind === "uncertain" ? result.status : undefined;
  return new ServerError(status === undefined ? "unreachable" : "failing", result.text, status);
}

function factsOf(result: TriggerResult): readonly NewEvent[] {
  switch (result.kind) {
    case "accepted":
      return [{ type: "upgrade.triggered", data: { status: result.status } }];
    case "uncertain":
      return [{ type: "upgrade.uncertain", data: { text: result.text } }];
    case "refused":
    case "unsent":
      return notTriggered(result.kind, result.text);
  }
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

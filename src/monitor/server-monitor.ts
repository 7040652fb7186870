import type { Agent } from "../core/agent.ts";
import type { Clock, Log } from "../core/ports.ts";
import { CLOSED } from "../core/server-trouble.ts";
import type { ServerError } from "../model/deploy-server.ts";
import { darkOf } from "../model/plan/plan.ts";
import type { LedgerCheck } from "../projections/ledger-check.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { SameServers } from "../servers/same-servers.ts";
import type { BusyAgents, ServerStatus } from "../servers/server-status.ts";
import { createDeploymentGate, type DeploymentGate } from "./deployment-gate.ts";
import { createExternalUpgradeDetector } from "./external-upgrade-detector.ts";
import { createForgottenUpgrades } from "./forgotten-upgrades.ts";
import { createKnownRelays, type KnownRelays } from "./known-relays.ts";
import { openPoller, type Poller } from "./poller.ts";
import { createRequiredCount } from "./required-count.ts";
import { createSlotGovernor } from "./slot-governor.ts";
import type { RelayTurns } from "./turns.ts";
import { createUpgradeHold } from "./upgrade-hold.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** So many agents of a rollout are named that wait for a deployment. */
const MAX_NAMED = 5;

/** Everything that looks after one server while Drydock runs: its watch, its slots, and who else upgrades there. */
export interface ServerMonitor extends Omit<Poller, "trouble"> {
  /** Somebody else got no answer, `requested`: to a request for an upgrade. */
  trouble(error: ServerError, requested?: boolean): void;
  /** How the server is now. */
  status(): Omit<ServerStatus, "at">;
  /** What running deployments mean for single agents. */
  readonly deployments: Pick<DeploymentGate, "seenOn" | "readOn" | "busyAgents">;
  readonly knownRelays: KnownRelays;
  openSlots(): number;
  /** How many upgrades may be asked for beside those in flight, this attempt apart. */
  holdRoom(id: string): number;
  /** Whether an agent that is offline just before its turn is in somebody else's hands. */
  isExternal(agent: Agent): Promise<boolean>;
}

export function openServerMonitor(
  server: ManagedServer,
  ports: {
    readonly projections: Projections;
    readonly clock: Clock;
    readonly log: Log;
    readonly waitingRoom: WaitingRoom;
    readonly relayTurns: RelayTurns;
    /** Left out = there is no other server. */
    readonly ledgerCheck?: Pick<LedgerCheck, "isDone">;
    readonly sameServers?: Pick<SameServers, "otherNameOf" | "listed">;
    readonly onReady: () => void;
    /** After each part of a round, with or without an answer. */
    readonly onProgress?: () => void;
  },
): ServerMonitor {
  const { projections } = ports;
  const governor = createSlotGovernor(server, ports);
  const hold = createUpgradeHold(server, ports);
  const forgotten = createForgottenUpgrades(server, ports);
  const detector = createExternalUpgradeDetector(server, { ...ports, forgotten });
  const knownRelays = createKnownRelays();
  const required = createRequiredCount(server, ports);
  // After a start the ledger alone tells it: a relay that is planned had agents behind it.
  let hadAgents =
    (projections.server(server.name).required.known?.size ?? 0) > 0 ||
    projections.openRollouts(server.name).some(({ plan }) => darkOf(plan) > 0);
  const gate = createDeploymentGate(server, { ...ports, onFree: ports.onReady });
  const poller = openPoller(server, {
    ...ports,
    detector,
    looksAnyway: forgotten.pending,
    isUndecided: () => ports.waitingRoom.isUndecided(server),
    onRound: gate.round,
    onTrouble: (error) => governor.failed(error, false),
    async onList(agents) {
      // No fleet is gone at once: a server that lists nobody any more has told nothing.
      if (agents.length === 0 && hadAgents) return await ports.relayTurns.blind(server);
      hadAgents = agents.length > 0;
      knownRelays.listed(agents);
      ports.sameServers?.listed(server, agents);
      await ports.waitingRoom.look(server, agents);
      if (server.watch.idle !== null) await required.look(agents);
      await ports.relayTurns.look(server, agents);
    },
  });
  const external = () => projections.server(server.name).external;
  const ours = () => projections.openUpgrades(server.name).filter((upgrade) => upgrade.holdsSlot).length;

  function busy(): readonly BusyAgents[] {
    return projections.openRollouts(server.name).flatMap(({ id, status }) => {
      if (status !== "running") return [];
      const agents = gate.waitingFor(id).map(({ name }) => name);
      const named = agents.slice(0, MAX_NAMED);
      return agents.length > 0 ? [{ rollout: id, agents: named, more: agents.length - named.length }] : [];
    });
  }

  return {
    ...poller,
    status: () => ({
      server: server.name,
      answers: poller.answers(),
      strange: poller.strange(),
      lookedAround: poller.rounds() > 0,
      ledgerChecked: ports.ledgerCheck?.isDone(server.name) ?? true,
      otherName: ports.sameServers?.otherNameOf(server) ?? { kind: "none" },
      hold: hold.now(),
      ...gate.readings(),
      slots: { open: governor.open(), of: server.policy.slots, why: governor.reason() },
      busy: busy(),
    }),
    deployments: gate,
    knownRelays,
    openSlots: () => Math.min(governor.open(), ours() + external().upgrading.size + hold.room()),
    holdRoom: hold.room,
    trouble(error: ServerError, requested = false) {
      if (error.trouble.reason === CLOSED) return;
      governor.failed(error, requested);
      // It answers: it has too much to do.
      if (requested && error.status === 429) return;
      if (requested && error.fault === "not-the-api") hold.answered(error.message);
      poller.trouble(error);
    },
    isExternal: (agent) => detector.one(agent),
    stop() {
      poller.stop();
      gate.stop();
      detector.stop();
      governor.stop();
      hold.stop();
    },
  };
}

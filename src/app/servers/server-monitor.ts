import type { Agent } from "../../domain/agent.ts";
import { openingWords } from "../../domain/gates/windows.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Clock, Log } from "../ports.ts";
import type { Projections } from "../projections.ts";
import type { RelayTurns } from "../relays/turns.ts";
import type { WaitingRoom } from "../rollouts/waiting-room.ts";
import type { ServerError } from "../urbancode.ts";
import { ambiguousWords } from "../views/server-replies.ts";
import { duration } from "../views/words.ts";
import { createRequiredCount } from "./cannot-deploy.ts";
import { createDeploymentGate, type DeploymentGate } from "./deployment-gate.ts";
import { createExternalUpgradeDetector } from "./external-upgrade-detector.ts";
import { createForgottenUpgrades } from "./forgotten-upgrades.ts";
import { openPoller, type Poller } from "./poller.ts";
import type { SameServers } from "./same-servers.ts";
import { createSlotGovernor } from "./slot-governor.ts";
import type { Slots } from "./slots.ts";
import { createUpgradeHold } from "./upgrade-hold.ts";

/** Everything that looks after one server while Drydock runs: its watch, its slots, and who else upgrades there. */
export interface ServerMonitor extends Omit<Poller, "trouble"> {
  /** Somebody else got no answer, `requested`: to a request for an upgrade. */
  trouble(error: ServerError, requested?: boolean): void;
  /** Why nothing begins, though the server answers. */
  blocked(): string | undefined;
  /** What running deployments mean for single agents. */
  readonly deployments: Pick<DeploymentGate, "holds" | "waitingFor" | "look" | "busyAgents">;
  openSlots(): number;
  slots(): Slots;
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
    readonly sameServers?: Pick<SameServers, "blocked" | "listed">;
    readonly onReady: () => void;
  },
): ServerMonitor {
  const { projections, clock } = ports;
  const governor = createSlotGovernor(server, ports);
  const hold = createUpgradeHold(server, ports);
  const forgotten = createForgottenUpgrades(server, ports);
  const detector = createExternalUpgradeDetector(server, { ...ports, forgotten });
  const required = createRequiredCount(server, ports);
  let hadAgents = (projections.server(server.name).required.known?.size ?? 0) > 0;
  const gate = createDeploymentGate(server, { ...ports, onFree: ports.onReady });
  const poller = openPoller(server, {
    ...ports,
    detector,
    looksAnyway: forgotten.pending,
    onRound: gate.round,
    onTrouble: (error) => governor.failed(error, false),
    async onList(agents) {
      // No fleet is gone at once: a server that lists nobody any more has told nothing.
      if (agents.length === 0 && hadAgents) return await ports.relayTurns.blind(server);
      hadAgents = agents.length > 0;
      ports.sameServers?.listed(server, agents);
      await ports.waitingRoom.look(server, agents);
      if (server.watch.idle !== null) await required.look(agents);
      await ports.relayTurns.look(server, agents);
    },
  });
  const external = () => projections.server(server.name).external;
  const ours = () => projections.openUpgrades(server.name).filter((upgrade) => upgrade.holdsSlot).length;

  return {
    ...poller,
    blocked() {
      const twin = ports.sameServers?.blocked(server);
      if (twin !== undefined) return twin;
      if (forgotten.pending())
        return `Waits: a person accepted a ledger that lacks rows. Drydock first watches ${server.name} for ${duration(server.deadlines.neverOffline)}, for upgrades that it may have forgotten.`;
      const opens = openingWords(server.policy.windows, clock.now());
      if (opens) return `Waits for a maintenance window of ${server.name}: the next opens ${opens}.`;
      if (projections.unwritable) return `Waits: ${projections.unwritable} Nothing begins that cannot be written down.`;
      return ambiguousWords(external(), server.name) ?? hold.blocked() ?? gate.blocked();
    },
    deployments: gate,
    openSlots: () => Math.min(governor.open(), ours() + external().upgrading.size + hold.room()),
    slots: () => ({
      ours: ours(),
      external: external().upgrading.size,
      open: governor.open(),
      of: server.policy.slots,
      reason: governor.reason(),
    }),
    trouble(error: ServerError, requested = false) {
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

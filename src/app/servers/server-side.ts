import type { Agent } from "../../domain/agent.ts";
import { openingWords } from "../../domain/gates/windows.ts";
import type { Board } from "../board.ts";
import type { Clock, Log } from "../ports.ts";
import type { RelayTurns } from "../relays/turns.ts";
import type { WaitingRoom } from "../rollouts/waiting-room.ts";
import type { Site } from "../site.ts";
import type { ServerError } from "../urbancode.ts";
import { doubtWords } from "../views/server-replies.ts";
import { createRequiredCount } from "./cannot-deploy.ts";
import { createLookout } from "./lookout.ts";
import { createSlotGovernor } from "./slot-governor.ts";
import type { Slots } from "./slots.ts";
import { startWatch, type Watch } from "./watch.ts";

/** Everything that looks after one server while Drydock runs: its watch, its slots, and who else upgrades there. */
export interface ServerSide extends Omit<Watch, "held" | "trouble"> {
  /** Somebody else got no answer, `requested`: to a request for an upgrade. */
  trouble(error: ServerError, requested?: boolean): void;
  /** Why nothing begins, though the server answers. */
  held(): string | undefined;
  openSlots(): number;
  slots(): Slots;
  /** Whether an agent that is offline just before its turn is in somebody else's hands. */
  isElsewhere(agent: Agent): Promise<boolean>;
}

export function watchServer(
  site: Site,
  ports: {
    readonly board: Board;
    readonly clock: Clock;
    readonly log: Log;
    readonly waitingRoom: WaitingRoom;
    readonly relayTurns: RelayTurns;
    readonly onReady: () => void;
  },
): ServerSide {
  const { board, clock } = ports;
  const governor = createSlotGovernor(site, ports);
  const lookout = createLookout(site, ports);
  const required = createRequiredCount(site, ports);
  let hadAgents = (board.server(site.name).required.known?.size ?? 0) > 0;
  const watch = startWatch(site, {
    ...ports,
    lookout,
    onTrouble: (error) => governor.failed(error, false),
    async onList(agents) {
      // No fleet is gone at once: a server that lists nobody any more has told nothing.
      if (agents.length === 0 && hadAgents) return await ports.relayTurns.blind(site);
      hadAgents = agents.length > 0;
      await ports.waitingRoom.look(site, agents);
      if (site.watch.idle !== null) await required.look(agents);
      await ports.relayTurns.look(site, agents);
    },
  });
  const elsewhere = () => board.server(site.name).elsewhere;

  return {
    ...watch,
    held() {
      const opens = openingWords(site.policy.windows, clock.now());
      if (opens) return `Waits for a maintenance window of ${site.name}: the next opens ${opens}.`;
      if (board.unwritable) return `Waits: ${board.unwritable} Nothing begins that cannot be written down.`;
      return doubtWords(elsewhere(), site.name) ?? watch.held();
    },
    openSlots: () => governor.open(),
    slots: () => ({
      ours: board.openUpgrades(site.name).filter((upgrade) => upgrade.holdsSlot).length,
      elsewhere: elsewhere().upgrading.size,
      open: governor.open(),
      of: site.policy.slots,
      reason: governor.reason(),
    }),
    trouble(error: ServerError, requested = false) {
      watch.trouble(error);
      governor.failed(error, requested);
    },
    isElsewhere: (agent) => lookout.one(agent),
    stop() {
      watch.stop();
      lookout.stop();
      governor.stop();
    },
  };
}

import type { Agent } from "../../domain/agent.ts";
import { triggerBar } from "../../domain/gates/trigger.ts";
import { withPause } from "../../domain/relays/after-turn.ts";
import {
  askedFact,
  decideTurn,
  leftRelays,
  type RelayReading,
  type TurnInput,
} from "../../domain/relays/decide-turn.ts";
import { DEFAULT_RELAYS } from "../../domain/relays/settings.ts";
import { isUnderWay, type Rollout } from "../../domain/rollouts/rollout.ts";
import type { RolloutFact } from "../../domain/rollouts/rollout-facts.ts";
import type { Board, Change } from "../board.ts";
import { behindRelay } from "../plans/relay-plan.ts";
import { type Clock, type Log, SlackError } from "../ports.ts";
import type { Site } from "../site.ts";
import { type Relay, ServerError } from "../urbancode.ts";
import { inTurn } from "./reserved.ts";

/** Takes the relays of rollouts through their turns, one relay of a server at a time. */
export interface RelayTurns {
  /** @param agents the whole fleet, as it was just read. */
  look(site: Site, agents: readonly Agent[]): Promise<void>;
  /** The server does not answer: only the time goes on. */
  blind(site: Site): Promise<void>;
}

interface Ports {
  readonly board: Board;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether upgrades may begin on the server: it answers, and nothing that it tells stands against it. */
  readonly mayBegin: (site: Site) => boolean;
  /** A pause or a stop that is not in the ledger yet. */
  readonly isHalted: (rollout: string) => boolean;
  /** Why the owner may not have the relay upgraded any more; undefined where they may. Throws ServerError. */
  readonly vouch: (site: Site, rollout: Rollout, behind: readonly Agent[]) => Promise<string | undefined>;
}

/** What was read of the server at one moment. */
interface Look {
  readonly agents: readonly Agent[];
  /** Undefined where the server did not tell, or shows none: Drydock's account may have lost the right to see them. */
  readonly relays: readonly Relay[] | undefined;
  readonly serverVersion: string | null;
}

export function createRelayTurns(ports: Ports): RelayTurns {
  const { board, clock, log } = ports;

  function input(site: Site, rollout: Rollout, look: Look): TurnInput {
    const now = clock.now();
    const relay = rollout.relayWork.turn?.relay ?? leftRelays(rollout)[0];
    const others = inTurn(board, site.name).some(({ id }) => id !== rollout.id);
    const { freeze } = board.claims(site.name);
    // How long a person takes nobody knows: only what has to hold when they begin is asked.
    const bar = triggerBar(rollout, site.policy, now, { freeze, expected: 0 });
    const { deadlines } = site.relays ?? DEFAULT_RELAYS;
    return {
      rollout,
      reading: relay && readingOf(look, relay.id),
      serverVersion: look.serverVersion,
      inFlight: relay ? inFlightBehind(site, look, relay.id) : 0,
      barred: bar !== undefined || ports.isHalted(rollout.id),
      mayBegin: !others && ports.mayBegin(site),
      now,
      deadlines,
      stable: site.deadlines.stable,
    };
  }

  /** Upgrades of ours that hold a slot, and those that somebody else started. */
  function inFlightBehind(site: Site, { agents }: Look, relayId: string): number {
    const behind = new Set(agents.filter((agent) => agent.relayId === relayId).map(({ id }) => id));
    const ours = board
      .openUpgrades(site.name)
      .filter(({ holdsSlot, agent }) => holdsSlot && (agent.relay === relayId || behind.has(agent.id)));
    const { upgrading } = board.server(site.name).elsewhere;
    return ours.length + [...upgrading.keys()].filter((id) => behind.has(id)).length;
  }

  /** Decides on the ledger as it is in the transaction. Whether somebody is to be asked now. */
  async function step(site: Site, id: string, look: Look, vouched: boolean): Promise<boolean> {
    let asks = false;
    await board.change(() => {
      const rollout = board.rollouts.get(id);
      if (!rollout || !isUnderWay(rollout)) return [];
      const given = input(site, rollout, look);
      const decided = decideTurn(given);
      asks = decided.kind === "ask" && !vouched;
      if (decided.kind === "write") return change(id, withPause(rollout, decided.facts));
      const fact = vouched ? askedFact(given) : undefined;
      return fact ? change(id, [fact]) : [];
    });
    return asks;
  }

  async function take(site: Site, id: string, look: Look): Promise<void> {
    if (!(await step(site, id, look, false))) return;
    const rollout = board.rollouts.get(id);
    const relay = rollout?.relayWork.turn?.relay;
    if (!rollout || !relay) return;
    const behind = look.agents.filter((agent) => agent.relayId === relay.id);
    const why = await ports.vouch(site, rollout, behind);
    if (why === undefined) await step(site, id, look, true);
    else await board.change(() => pausedNow(board.rollouts.get(id), why));
  }

  function pausedNow(rollout: Rollout | undefined, sentence: string): readonly Change[] {
    if (rollout?.status !== "running") return [];
    return change(rollout.id, [{ type: "rollout.paused", data: { by: "drydock", kind: "rights", sentence } }]);
  }

  async function read(site: Site, agents: readonly Agent[]): Promise<Look> {
    try {
      const [relays, version] = await Promise.all([site.urbancode.relays(), site.fleet.version()]);
      return { agents, relays: relays.length > 0 ? relays : undefined, serverVersion: version ?? null };
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      log.warn({ server: site.name, reason: error.message }, "the relays could not be read");
      return { agents, relays: undefined, serverVersion: null };
    }
  }

  function underWay({ name }: Site): readonly Rollout[] {
    return [...board.rollouts.values()].filter(
      (rollout) => rollout.plan.server === name && rollout.plan.relays && isUnderWay(rollout),
    );
  }

  return {
    async blind(site) {
      const nothing = { agents: [], relays: undefined, serverVersion: null };
      for (const { id } of underWay(site)) await step(site, id, nothing, false);
    },
    async look(site, agents) {
      const mine = underWay(site);
      if (mine.length === 0) return;
      const look = await read(site, agents);
      for (const { id } of mine) {
        try {
          await take(site, id, look);
        } catch (error) {
          if (!(error instanceof ServerError || error instanceof SlackError)) throw error;
          log.warn({ rollout: id, reason: error.message }, "a relay's turn waits for an answer");
        }
      }
    },
  };
}

/** A relay that the server does not list any more counts as away. */
function readingOf({ agents, relays }: Look, relayId: string): RelayReading | undefined {
  if (!relays) return undefined;
  const relay = relays.find(({ id }) => id === relayId);
  return {
    up: relay !== undefined && relay.up !== false,
    version: relay?.version ?? null,
    hostname: relay?.hostname ?? null,
    behind: behindRelay(agents, relayId),
  };
}

function change(rollout: string, facts: readonly RolloutFact[]): readonly Change[] {
  return [{ stream: `rollout.${rollout}`, actor: "drydock", facts }];
}

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
import { createOnce } from "../once.ts";
import { behindRelay } from "../plans/relay-plan.ts";
import type { Clock, Log } from "../ports.ts";
import type { Site } from "../site.ts";
import { type Relay, ServerError } from "../urbancode.ts";
import { inTurn } from "./reserved.ts";
import { createTurnAges } from "./turn-ages.ts";
import { createVouching, type Vouch } from "./vouching.ts";

/** Takes the relays of rollouts through their turns, one relay of a server at a time. */
export interface RelayTurns {
  /** @param agents the whole fleet, as it was just read. */
  look(site: Site, agents: readonly Agent[]): Promise<void>;
  /** The server does not answer: only the time goes on. */
  blind(site: Site): Promise<void>;
  /** Ends what is being read. */
  stop(): void;
}

interface Ports {
  readonly board: Board;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether upgrades may begin on the server: it answers, and nothing that it tells stands against it. */
  readonly mayBegin: (site: Site) => boolean;
  /** A pause or a stop that is not in the ledger yet. */
  readonly isHalted: (rollout: string) => boolean;
  readonly vouch: Vouch;
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
  /** Every look meets the same trouble again. */
  const said = createOnce({ clock });
  const vouching = createVouching(ports.vouch, { log, said });
  const ages = createTurnAges(ports);

  function input(site: Site, rollout: Rollout, look: Look, rights: TurnInput["rights"]): TurnInput {
    const relay = rollout.relayWork.turn?.relay ?? leftRelays(rollout)[0];
    const others = inTurn(board, site.name).some(({ id }) => id !== rollout.id);
    const { freeze } = board.claims(site.name);
    // How long a person takes nobody knows: only what has to hold when they begin is asked.
    const bar = triggerBar(rollout, site.policy, clock.now(), { freeze, expected: 0 });
    const { deadlines } = site.relays ?? DEFAULT_RELAYS;
    return {
      rollout: { ...rollout, relayWork: ages.fromNow(rollout) },
      reading: relay && readingOf(look, relay.id),
      serverVersion: look.serverVersion,
      inFlight: relay ? inFlightBehind(site, look, relay.id) : 0,
      barred: bar !== undefined || ports.isHalted(rollout.id),
      mayBegin: !others && ports.mayBegin(site),
      rights,
      now: 0,
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

  /** Decides on the ledger as it is in the transaction. Whether the owner's rights are wanted for somebody to be asked. */
  async function step(site: Site, id: string, look: Look, rights: TurnInput["rights"]): Promise<boolean> {
    let asks = false;
    await board.change(() => {
      const rollout = board.rollouts.get(id);
      if (!rollout || !isUnderWay(rollout)) return [];
      const given = input(site, rollout, look, rights);
      const decided = decideTurn(given);
      asks = decided.kind === "ask" && rights !== "granted";
      if (decided.kind === "write") return change(id, withPause(rollout, decided.facts));
      const fact = rights === "granted" ? askedFact(given) : undefined;
      return fact ? change(id, [fact]) : [];
    });
    return asks;
  }

  async function take(site: Site, id: string, look: Look): Promise<void> {
    const rollout = board.rollouts.get(id);
    const turn = rollout?.relayWork.turn;
    if (!rollout || !turn || turn.asked) {
      await step(site, id, look, "unasked");
      return;
    }
    const behind = look.agents.filter((agent) => agent.relayId === turn.relay.id);
    const key = `${id} ${turn.relay.id} ${turn.since}`;
    const word = vouching.take(site, key, behind);
    if (!(await step(site, id, look, word.kind === "refused" ? "unasked" : word.kind))) return;
    if (word.kind === "refused") await board.change(() => pausedNow(board.rollouts.get(id), word.why));
    else vouching.begin(site, key, rollout, behind);
  }

  function pausedNow(rollout: Rollout | undefined, sentence: string): readonly Change[] {
    if (rollout?.status !== "running") return [];
    return change(rollout.id, [{ type: "rollout.paused", data: { by: "drydock", kind: "rights", sentence } }]);
  }

  async function read(site: Site, agents: readonly Agent[]): Promise<Look> {
    const [relays, version] = await Promise.all([
      told(site, "relays", site.urbancode.relays()),
      told(site, "version", site.fleet.version()),
    ]);
    return { agents, relays: relays && relays.length > 0 ? relays : undefined, serverVersion: version ?? null };
  }

  async function told<T>({ name }: Site, what: "relays" | "version", work: Promise<T>): Promise<T | undefined> {
    try {
      const answer = await work;
      said.forget(`${name} ${what}`);
      return answer;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (said.isNew(`${name} ${what}`))
        log.warn({ server: name, what, reason: error.message }, "what a relay's turn needs could not be read");
      return undefined;
    }
  }

  function underWay({ name }: Site): readonly Rollout[] {
    return [...board.rollouts.values()].filter(
      (rollout) => rollout.plan.server === name && rollout.plan.relays && isUnderWay(rollout),
    );
  }

  return {
    async blind(site) {
      vouching.forget(site);
      const nothing = { agents: [], relays: undefined, serverVersion: null };
      for (const { id } of underWay(site)) await step(site, id, nothing, "unasked");
    },
    async look(site, agents) {
      const mine = underWay(site);
      if (mine.length === 0) return;
      const look = await read(site, agents);
      for (const { id } of mine) await take(site, id, look);
    },
    stop() {
      vouching.stop();
      ages.stop();
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

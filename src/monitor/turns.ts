import type { Agent } from "../core/agent.ts";
import { createOnce } from "../core/once.ts";
import type { Clock, Log } from "../core/ports.ts";
import { follow } from "../gates/follow.ts";
import type { Point } from "../gates/gate.ts";
import { blockedAt } from "../gates/index.ts";
import { ofRollout, type RolloutSituation } from "../gates/rollout-situation.ts";
import type { ServerSituation } from "../gates/server-situation.ts";
import { ServerError } from "../model/deploy-server.ts";
import { askedEvent, decideTurn, leftRelays, type TurnInput } from "../model/relay/decide-turn.ts";
import { DEFAULT_RELAYS } from "../model/relay/settings.ts";
import { isUnderWay, type Rollout } from "../model/rollout/rollout.ts";
import type { RolloutEvent } from "../model/rollout/rollout-events.ts";
import type { Change } from "../projections/change.ts";
import type { Projections } from "../projections/projections.ts";
import type { BusyTest } from "../servers/fleet.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { type AuthorizeOwner, createOwnerAuthorizations } from "./owner-authorizations.ts";
import { inTurn } from "./quarantined.ts";
import { behind, type Look, readingOf } from "./relay-look.ts";
import { createTurnAges } from "./turn-ages.ts";

/** Takes the relays of rollouts through their turns, one relay of a server at a time. */
export interface RelayTurns {
  /** @param agents the whole fleet, as it was just read. */
  look(server: ManagedServer, agents: readonly Agent[]): Promise<void>;
  /** The server does not answer: no deadline goes on, but a pause and a stop count. */
  blind(server: ManagedServer): Promise<void>;
  /** Ends what is being read. */
  stop(): void;
}

interface Ports {
  readonly projections: Projections;
  readonly clock: Clock;
  readonly log: Log;
  /** The server as the gates judge it now. */
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly authorizeOwner: AuthorizeOwner;
  /** On which agents deployments run, where these are left alone; undefined where it is not known. */
  readonly busyAgents: (server: ManagedServer) => Promise<BusyTest | undefined>;
}

export function createRelayTurns(ports: Ports): RelayTurns {
  const { projections, clock, log } = ports;
  /** Every look meets the same trouble again. */
  const said = createOnce({ clock });
  const authorizations = createOwnerAuthorizations(ports.authorizeOwner, { log, said });
  const ages = createTurnAges(ports);
  let stopped = false;

  function input(server: ManagedServer, rollout: Rollout, look: Look, rights: TurnInput["rights"]): TurnInput {
    const relay = rollout.relayWork.turn?.relay ?? leftRelays(rollout)[0];
    const others = inTurn(projections, server.name).some(({ id }) => id !== rollout.id);
    const situation = ports.situation(server);
    const isServerOpen = (at: Point) => blockedAt(at, "server", situation, server.policy).length === 0;
    const blocked = blockedAt("relay-asked", "rollout", ofRollout(rollout, clock.now()), server.policy);
    const { deadlines } = server.relays ?? DEFAULT_RELAYS;
    const reading = relay && readingOf(look, relay.id);
    return {
      rollout: { ...rollout, relayWork: ages.fromNow(server, rollout, reading ? "reported" : "answered") },
      reading,
      serverVersion: look.serverVersion,
      inFlight: relay ? inFlightBehind(server, look, relay.id) : 0,
      deploying: relay && look.isBusy ? behind(look, relay.id).filter(look.isBusy).length : undefined,
      blocked: blocked.length > 0 || !isServerOpen("relay-asked"),
      ready: !stopped && !others && isServerOpen("ask-relay"),
      rights,
      now: 0,
      deadlines,
      stable: server.deadlines.stable,
    };
  }

  /** Upgrades of ours that were asked for, and those that others started. What the server has put off waits for the relay itself. */
  function inFlightBehind(server: ManagedServer, look: Look, relayId: string): number {
    const ids = new Set(behind(look, relayId).map(({ id }) => id));
    const ours = projections
      .openUpgrades(server.name)
      .filter(({ holdsSlot, postponed }) => holdsSlot && !postponed)
      .filter(({ agent }) => agent.relay === relayId || ids.has(agent.id));
    const { upgrading } = projections.server(server.name).external;
    return ours.length + [...upgrading.keys()].filter((id) => ids.has(id)).length;
  }

  /** Decides on the ledger as it is in the transaction. Whether the owner's rights are wanted for somebody to be asked. */
  async function step(server: ManagedServer, id: string, look: Look, rights: TurnInput["rights"]): Promise<boolean> {
    let asks = false;
    await projections.change(() => {
      const rollout = projections.rollouts.get(id);
      if (!rollout || !isUnderWay(rollout)) return [];
      const given = input(server, rollout, look, rights);
      const decided = decideTurn(given);
      asks = decided.kind === "ask" && rights !== "granted";
      if (decided.kind === "write") return change(id, [...decided.events, ...ended(server, rollout, decided.events)]);
      const event = rights === "granted" ? askedEvent(given) : undefined;
      return event ? change(id, [event]) : [];
    });
    return asks;
  }

  async function take(server: ManagedServer, id: string, look: Look): Promise<void> {
    const rollout = projections.rollouts.get(id);
    const turn = rollout?.relayWork.turn;
    if (!rollout || !turn || turn.asked) {
      await step(server, id, look, "unasked");
      return;
    }
    const agents = behind(look, turn.relay.id);
    const key = `${id} ${turn.relay.id} ${turn.since} ${rollout.owner}`;
    const authorization = authorizations.take(server, key, agents);
    if (!(await step(server, id, look, authorization.kind === "refused" ? "unasked" : authorization.kind))) return;
    if (authorization.kind === "refused")
      await projections.change(() => {
        const now = projections.rollouts.get(id);
        if (now?.owner !== rollout.owner) return [];
        return change(id, blockedNow("ask-relay", server, now, { owner: authorization }));
      });
    else authorizations.begin(server, key, rollout, agents);
  }

  function blockedNow(
    at: Point,
    { policy }: ManagedServer,
    rollout: Rollout,
    more: Partial<RolloutSituation>,
  ): readonly RolloutEvent[] {
    return follow(at, rollout, blockedAt(at, "rollout", ofRollout(rollout, clock.now(), more), policy));
  }

  /** What a turn that is over brings to the rest. */
  function ended(server: ManagedServer, rollout: Rollout, events: readonly RolloutEvent[]): readonly RolloutEvent[] {
    const last = events.at(-1);
    if (last?.type !== "relay.ended") return [];
    const relayEnded = { ...last.data, asked: rollout.relayWork.turn?.asked };
    return blockedNow("relay-ended", server, rollout, { relayEnded });
  }

  async function read(server: ManagedServer, agents: readonly Agent[], asks: boolean): Promise<Look> {
    const [relays, version, isBusy] = await Promise.all([
      readOrUnknown(server, "relays", server.urbancode.relays()),
      readOrUnknown(server, "version", server.fleet.version()),
      asks ? ports.busyAgents(server) : undefined,
    ]);
    return { agents, relays: relays && relays.length > 0 ? relays : undefined, serverVersion: version ?? null, isBusy };
  }

  async function readOrUnknown<T>(
    { name }: ManagedServer,
    what: "relays" | "version",
    work: Promise<T>,
  ): Promise<T | undefined> {
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

  function underWay({ name }: ManagedServer): readonly Rollout[] {
    return projections.openRollouts(name).filter((rollout) => rollout.plan.relays && isUnderWay(rollout));
  }

  return {
    async blind(server) {
      authorizations.forget(server);
      const nothing = { agents: [], relays: undefined, serverVersion: null, isBusy: undefined };
      for (const { id } of underWay(server)) await step(server, id, nothing, "unasked");
    },
    async look(server, agents) {
      const mine = underWay(server);
      if (mine.length === 0) return;
      const asks = mine.some(({ relayWork }) => relayWork.turn !== undefined && !relayWork.turn.asked);
      const asked = clock.monotonic();
      const look = await read(server, agents, asks);
      ages.looked(server, asked, look.relays !== undefined);
      for (const { id } of mine) await take(server, id, look);
    },
    stop() {
      stopped = true;
      authorizations.stop();
    },
  };
}

function change(rollout: string, events: readonly RolloutEvent[]): readonly Change[] {
  return [{ stream: `rollout.${rollout}`, actor: "drydock", events }];
}

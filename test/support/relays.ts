import type { AgentRef } from "../../src/core/agent-ref.ts";
import { cause } from "../../src/core/cause.ts";
import type { Relay } from "../../src/model/deploy-server.ts";
import { RELAY_OUTCOMES } from "../../src/model/relay/relay-events.ts";
import type { RelayTurn } from "../../src/model/relay/turn.ts";
import type { Rollout } from "../../src/model/rollout/rollout.ts";

/** A relay of which the server tells no more than is given. */
export function relayOf(id: string, given: Partial<Relay> = {}): Relay {
  return {
    id,
    name: id,
    up: true,
    version: undefined,
    hostname: undefined,
    totalAgents: undefined,
    activeAgents: undefined,
    lastContact: undefined,
    communication: undefined,
    ...given,
  };
}

/** The same rollout with its agents as relays: all that may have come of one, one in its turn, the rest waiting. */
export function relayRolloutOf(
  rollout: Rollout,
  { texts, count, now }: { readonly texts: readonly string[]; readonly count: number; readonly now: number },
): Rollout {
  const { agents } = rollout.plan;
  const text = (i: number) => texts[i % texts.length] ?? "";
  const behind = agents.map(({ id, name }) => ({ id, name }));
  const relays = agents.map(({ id, name, version }) => ({
    id,
    name,
    version: version ?? "",
    agents: behind,
    dark: count % 1_000,
  }));
  const askedOf = (relay: AgentRef, i: number) => ({
    relay,
    from: text(i),
    agents: behind,
    hostname: text(i + 1),
    serverVersion: ["7.2.1.1", "6.2.7.1", null][i % 3] ?? null,
    at: 0,
    reminded: true,
  });
  const ended = relays.slice(0, RELAY_OUTCOMES.length * 2).map((relay, i) => ({
    relay,
    outcome: RELAY_OUTCOMES[i % RELAY_OUTCOMES.length] ?? "upgraded",
    version: text(i),
    detail: cause("recorded", { text: text(i + 1) }),
    missing: i % 2 === 0 ? behind : [],
    by: i % 3 === 0 ? "U0BOB" : undefined,
    at: now,
    asked: i % 4 === 0 ? undefined : askedOf(relay, i),
    begunAt: undefined,
  }));
  const next = relays[ended.length];
  const begun = count % 2 === 0;
  const turn: RelayTurn | undefined = next && {
    relay: next,
    since: 0,
    asked: count % 5 === 0 ? undefined : askedOf(next, count),
    last: { up: count % 3 > 0, version: text(count) },
    begunAt: begun ? 0 : undefined,
    newSince: begun && count % 4 === 0 ? 0 : undefined,
    sameSince: undefined,
  };
  return {
    ...rollout,
    plan: { ...rollout.plan, agents: [], relays },
    relayWork: { turn, ended, asks: turn ? [...ended.map((end) => end.relay), turn.relay] : [] },
  };
}

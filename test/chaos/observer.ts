import type { Agent } from "../../playground/deploy/agent.ts";
import type { Fleet } from "../../playground/deploy/fleet.ts";
import { SERVICE_USER } from "../../playground/deploy/people.ts";
import type { RecordedEvents } from "../support/ledger-events.ts";

/** Watches the stand-in server while Drydock is killed, and keeps what must never happen and did. */
export interface Observer {
  readonly violations: string[];
  /** How often Drydock asked for each agent. */
  readonly asked: ReadonlyMap<string, number>;
  /** The list of agents was answered just now. */
  listed(): void;
  /** Another life of Drydock begins. */
  born(): void;
}

interface Seen {
  readonly at: number;
  readonly life: number;
}

/**
 * @param interval how often Drydock reads the list, in ms: what it showed for that long has been seen.
 * @param longest after so many ms an agent that is away counts no more.
 * @param ledger what Drydock has written by the moment of a request: its times are those of a clock that chaos sets.
 */
export function observe(
  fleet: Fleet,
  {
    interval,
    longest,
    ledger,
  }: { readonly interval: number; readonly longest: number; readonly ledger: RecordedEvents },
): Observer {
  const violations: string[] = [];
  const asked = new Map<string, number>();
  const upgrade = fleet.upgrade.bind(fleet);
  /** Agents that a list showed as wanting an upgrade, then since when one showed them offline; both in one life. */
  let wanting = new Set<string>();
  const offline = new Map<string, Seen>();
  let life = 0;
  let bornAt = Date.now();
  const ends = new Map<number, number>();

  function isVisible(agent: Agent): boolean {
    const seen = offline.get(agent.id);
    if (!seen) return false;
    const until = ends.get(seen.life) ?? Date.now();
    return until - seen.at >= interval && Date.now() - seen.at < longest;
  }

  function check(agent: Agent): void {
    const others = [...fleet.agents.values()].filter((other) => other !== agent && fleet.now(other).inFlight);
    const ours = others.filter((other) => other.life?.user === SERVICE_USER).length;
    const visible = others.filter((other) => other.life?.user !== SERVICE_USER && isVisible(other)).length;
    if (ours >= 10) violations.push(`${agent.name} was asked while ${ours} of ours were in flight`);
    else if (ours + visible >= 10)
      violations.push(`${agent.name} was asked while ${ours} of ours and ${visible} visible others were in flight`);
    if (fleet.now(agent).inFlight && agent.life?.user === SERVICE_USER)
      violations.push(`${agent.name} was asked while our own upgrade of it was in flight`);
  }

  const attemptsOf = ({ id }: Agent) =>
    ledger.of().filter(({ type, data }) => type === "upgrade.intended" && (data.agent as { id: string }).id === id)
      .length;

  fleet.upgrade = (agent, user, deploying) => {
    if (user === SERVICE_USER) {
      check(agent);
      asked.set(agent.id, (asked.get(agent.id) ?? 0) + 1);
      if (attemptsOf(agent) < (asked.get(agent.id) ?? 0))
        violations.push(`${agent.name} was asked without an attempt of its own`);
    }
    upgrade(agent, user, deploying);
  };

  return {
    violations,
    asked,
    listed() {
      for (const agent of fleet.agents.values()) {
        const { status } = fleet.now(agent);
        if (status?.startsWith("UPGRADE_")) wanting.add(agent.id);
        if (status !== "OFFLINE") offline.delete(agent.id);
        else if (wanting.has(agent.id) && !offline.has(agent.id))
          offline.set(agent.id, { at: Math.max(Date.now(), bornAt), life });
      }
    },
    born() {
      ends.set(life, Date.now());
      life += 1;
      bornAt = Date.now();
      wanting = new Set();
    },
  };
}

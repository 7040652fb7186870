import type { Log, ServerName } from "../core/ports.ts";
import type { Ledger } from "../model/ledger-port.ts";
import { everyAgent } from "../model/plan/plan.ts";
import type { Projections } from "./projections.ts";

/** Rows of the ledger that were not verified before it was opened are verified while Drydock runs. */
export interface LedgerCheck {
  /** Whether the rows on which the server's upgrades depend are right: those of its own stream, its open rollouts and their upgrades. */
  isDone(server: ServerName): boolean;
  /** Calls back whenever that changes; the returned function ends that. */
  onDone(listener: () => void): () => void;
  /** What is wrong with the ledger: fulfilled if something is. */
  readonly fault: Promise<Error>;
}

export function createLedgerCheck({
  ledger,
  projections,
  servers,
  log,
}: {
  readonly ledger: Pick<Ledger, "older">;
  readonly projections: Projections;
  readonly servers: Iterable<ServerName>;
  readonly log: Log;
}): LedgerCheck {
  const { older } = ledger;
  const done = new Set<ServerName>();
  const listeners = new Set<() => void>();

  async function check(): Promise<void> {
    if (!older) return;
    for (const server of servers) {
      await older.verify(streamsOf(projections, server));
      done.add(server);
      for (const listener of listeners) listener();
    }
    await older.verifyAll();
    log.info({}, "the whole ledger is checked");
  }

  return {
    isDone: (server) => !older || done.has(server),
    onDone(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fault: new Promise((resolve) => {
      check().catch(resolve);
    }),
  };
}

/** With how many events each of them has. */
function streamsOf(projections: Projections, server: ServerName): ReadonlyMap<string, number> {
  const upgrades = projections.openUpgrades(server);
  const theirs = upgrades.flatMap(({ rollout }) => projections.rollouts.get(rollout) ?? []);
  const streams = new Map([[`server.${server}`, projections.claims(server).seq]]);
  for (const { id, seq, plan } of new Set([...projections.openRollouts(server), ...theirs])) {
    streams.set(`rollout.${id}`, seq);
    for (const agent of everyAgent(plan))
      for (const attempt of projections.attempts(id, agent.id)) streams.set(`upgrade.${attempt.id}`, attempt.seq);
  }
  for (const { id, seq } of upgrades) streams.set(`upgrade.${id}`, seq);
  return streams;
}

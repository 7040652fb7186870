import { setMaxListeners } from "node:events";
import PQueue from "p-queue";
import type { Engine, Log, ServerName, UpgradeId } from "../../core/ports.ts";

/** The vendor's advice, and a fence behind the dispatcher's own policy. */
const AT_ONCE = 10;
const MAX_QUEUE = 20_000;

/** Runs upgrades in this process: one queue per server, ten at once, an id never twice at the same time. */
export function createLocalEngine({ log }: { readonly log: Log }): Engine {
  const queues = new Map<ServerName, PQueue>();
  const known = new Set<UpgradeId>();
  const stop = new AbortController();
  // Every run listens: ten for each server, which is more than the ten that Node takes for a leak.
  setMaxListeners(0, stop.signal);
  let run: Parameters<Engine["start"]>[0] | undefined;
  let returned: Parameters<Engine["start"]>[1];

  function queueOf(server: ServerName): PQueue {
    const existing = queues.get(server);
    if (existing) return existing;
    const queue = new PQueue({ concurrency: AT_ONCE, autoStart: run !== undefined });
    queues.set(server, queue);
    return queue;
  }

  async function runOne(id: UpgradeId): Promise<void> {
    try {
      if (!stop.signal.aborted) await run?.(id, stop.signal);
    } catch (error) {
      log.error({ id, error }, "an upgrade's run ended with an error. It may be run again");
    } finally {
      known.delete(id);
      returned?.(id);
    }
  }

  return {
    async start(runner, onReturned) {
      if (run) throw new Error("The engine was started already: start it once.");
      run = runner;
      returned = onReturned;
      for (const queue of queues.values()) queue.start();
    },
    async submit(server, ids) {
      if (stop.signal.aborted) return;
      const queue = queueOf(server);
      for (const id of ids) {
        if (known.has(id)) continue;
        if (queue.size >= MAX_QUEUE)
          throw new Error(`The engine's queue for ${server} is full: it holds ${MAX_QUEUE} upgrades.`);
        known.add(id);
        void queue.add(() => runOne(id));
      }
    },
    async close() {
      stop.abort();
      for (const queue of queues.values()) queue.clear();
      await Promise.all([...queues.values()].map((queue) => queue.onIdle()));
      known.clear();
    },
  };
}

import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/core/ports.ts";
import { until } from "../support/time.ts";

/** Runs that last until they are let go. */
function gate() {
  const running = new Map<string, () => void>();
  const began: string[] = [];
  let most = 0;
  async function run(id: string, signal: AbortSignal): Promise<void> {
    began.push(id);
    await new Promise<void>((resolve) => {
      running.set(id, resolve);
      most = Math.max(most, running.size);
      signal.addEventListener("abort", () => resolve());
    });
    running.delete(id);
  }
  return { run, began, running, most: () => most, finish: (id: string) => running.get(id)?.() };
}

/** What every engine does, wherever it keeps its queue. */
export function engineContract(name: string, create: () => Engine): void {
  describe(`the engine ${name}`, () => {
    test("runs at most ten at once on a server, and all in the end", async () => {
      const engine = create();
      const work = gate();
      await engine.start(work.run);
      const ids = Array.from({ length: 25 }, (_, i) => `prod-1.a${i}.1`);
      await engine.submit("prod", ids);
      for (let done = 0; done < ids.length; done += 1) {
        const [id] = await until("a run", () => (work.running.size > 0 ? [...work.running.keys()] : undefined));
        work.finish(id ?? "");
        await until("its end", () => !work.running.has(id ?? ""));
      }
      expect(work.began).toEqual(ids);
      expect(work.most()).toBeLessThanOrEqual(10);
      await engine.close();
    });

    test("servers do not wait for each other", async () => {
      const engine = create();
      const work = gate();
      await engine.start(work.run);
      await engine.submit(
        "prod",
        Array.from({ length: 12 }, (_, i) => `prod-1.a${i}.1`),
      );
      await engine.submit("test", ["test-1.a.1"]);
      await until("both", () => work.running.has("test-1.a.1") && work.running.size === 11);
      await engine.close();
    });

    test("an id that is queued or running is not taken twice; one that has returned, or thrown, may run again", async () => {
      const engine = create();
      const work = gate();
      let throws = false;
      await engine.start(async (id, signal) => {
        if (throws) throw new Error("as the test wants it");
        await work.run(id, signal);
      });
      await engine.submit("prod", ["prod-1.a.1", "prod-1.a.1"]);
      await engine.submit("prod", ["prod-1.a.1"]);
      await until("the run", () => work.running.size === 1);
      expect(work.began).toHaveLength(1);
      work.finish("prod-1.a.1");
      await until("its end", () => work.running.size === 0);
      throws = true;
      await engine.submit("prod", ["prod-1.a.1"]);
      await new Promise((resolve) => setImmediate(resolve));
      throws = false;
      await until("the second run", () => {
        void engine.submit("prod", ["prod-1.a.1"]);
        return work.running.size === 1;
      });
      await engine.close();
    });

    test("an id that is said to have come back may run again at once", async () => {
      const engine = create();
      const ran: string[] = [];
      const again = (id: string) => void (ran.length < 3 && engine.submit("prod", [id]));
      await engine.start(async (id) => {
        ran.push(id);
        if (ran.length === 2) throw new Error("as the test wants it");
      }, again);
      await engine.submit("prod", ["prod-1.a.1"]);
      await until("the third run", () => ran.length === 3);
      await engine.close();
    });

    test("what is submitted before the start runs after it; close aborts what runs, drops the rest, and waits", async () => {
      const engine = create();
      const work = gate();
      await engine.submit(
        "prod",
        Array.from({ length: 15 }, (_, i) => `prod-1.a${i}.1`),
      );
      expect(work.began).toEqual([]);
      await engine.start(work.run);
      await until("ten runs", () => work.running.size === 10);
      await engine.close();
      expect(work.running.size).toBe(0);
      expect(work.began).toHaveLength(10);
    });
  });
}

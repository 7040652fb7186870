import { expect, test } from "vitest";
import { createCache } from "../../src/core/cache.ts";
import { manualClock } from "../support/manual-clock.ts";

/** Reads that end when the test says so. */
function slowReads() {
  const reads: { resolve(value: string): void; reject(error: Error): void }[] = [];
  const read = () => new Promise<string>((resolve, reject) => reads.push({ resolve, reject }));
  return { reads, read };
}

test("an entry is gone when it is as old as it may get, also one of the clock's first moment", async () => {
  const clock = manualClock();
  const cache = createCache<string>({ clock, max: 10, ttl: 1_000 });
  cache.set("a", "first");
  await clock.advance(999);
  expect(cache.get("a")).toBe("first");
  await clock.advance(1);
  expect(cache.get("a")).toBeUndefined();
});

test("no age depends on the time that people set", () => {
  let now = 1_000_000;
  const cache = createCache<string>({
    clock: { now: () => now, monotonic: () => 5, after: () => () => {} },
    max: 10,
    ttl: 1_000,
  });
  cache.set("a", "kept");
  now += 86_400_000;
  expect(cache.get("a")).toBe("kept");
});

test("the entry that was used longest ago goes first", () => {
  const cache = createCache<string>({ clock: manualClock(), max: 2, ttl: 1_000 });
  cache.set("a", "a");
  cache.set("b", "b");
  cache.get("a");
  cache.set("c", "c");
  expect([...cache.keys()].sort()).toEqual(["a", "c"]);
});

test("one that is larger than all may be together is kept alone", () => {
  const cache = createCache<string>({
    clock: manualClock(),
    max: 9,
    maxSize: 5,
    sizeOf: ({ length }) => length,
    ttl: 1_000,
  });
  cache.set("a", "");
  cache.set("b", "12345678");
  expect([...cache.entries()]).toEqual([["b", "12345678"]]);
});

test("those who ask while a read is under way share it; its answer is kept from its end on", async () => {
  const clock = manualClock();
  const { reads, read } = slowReads();
  const cache = createCache<string>({ clock, max: 10, ttl: 1_000 });
  const both = [cache.fetch("a", { context: read }), cache.fetch("a", { context: read })];
  await clock.advance(5_000);
  const third = cache.fetch("a", { context: read });
  reads[0]?.resolve("answer");
  expect(await Promise.all([...both, third])).toEqual(["answer", "answer", "answer"]);
  await clock.advance(999);
  expect(await cache.fetch("a", { context: read })).toBe("answer");
  expect(reads).toHaveLength(1);
});

test("a read that fails fails for all who wait for it, and the next one reads again", async () => {
  const { reads, read } = slowReads();
  const cache = createCache<string>({ clock: manualClock(), max: 10, ttl: 1_000 });
  const both = [cache.fetch("a", { context: read }), cache.fetch("a", { context: read })];
  reads[0]?.reject(new Error("away"));
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const next = cache.fetch("a", { context: read });
  reads[1]?.resolve("back");
  expect(await next).toBe("back");
});

test("a read that is pushed out still answers those who wait for it", async () => {
  const { reads, read } = slowReads();
  const cache = createCache<string>({ clock: manualClock(), max: 1, ttl: 1_000 });
  const first = cache.fetch("a", { context: read });
  const second = cache.fetch("b", { context: read });
  reads[0]?.resolve("a");
  reads[1]?.resolve("b");
  expect(await Promise.all([first, second])).toEqual(["a", "b"]);
});

test("a read that fails at once after it was pushed out is nobody's unhandled rejection", async () => {
  const { reads, read } = slowReads();
  const cache = createCache<string>({ clock: manualClock(), max: 1, ttl: 1_000 });
  const first = cache.fetch("a", { context: read });
  cache.set("b", "b");
  reads[0]?.reject(new Error("away"));
  await expect(first).rejects.toThrow("away");
});

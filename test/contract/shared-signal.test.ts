import { getEventListeners } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createUrbanCode } from "../../src/adapters/urbancode/urbancode.ts";
import { systemRandom } from "../../src/system.ts";
import { manualClock } from "../support/manual-clock.ts";
import { keepLog } from "../support/silent-log.ts";

const clock = manualClock();
let status = 200;
const server = createServer((request, response) => {
  if (request.url !== "/cli/relay") response.writeHead(status, { "content-type": "application/json" }).end("[]");
});
let client: ReturnType<typeof createUrbanCode>;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { kind: "basic", user: "drydock", password: "dry-dock-password" } as const;
  const ports = { clock, random: systemRandom, log: keepLog() };
  client = createUrbanCode({ name: "prod", url, credentials, requestDeadline: 60_000 }, ports);
});
afterAll(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

/** What a signal keeps of those who listened to it: Node's own record of signals that depend on it, and listeners. */
function keptBy(signal: AbortSignal): number {
  const key = Object.getOwnPropertySymbols(signal).find(({ description }) => description === "kDependantSignals");
  const dependent = key && (Reflect.get(signal, key) as { readonly size: number } | null);
  return (dependent?.size ?? 0) + getEventListeners(signal, "abort").length;
}

test("what is counted is there: a signal keeps those that depend on it", () => {
  const { signal } = new AbortController();
  const dependent = AbortSignal.any([signal]);
  dependent.addEventListener("abort", () => {});
  expect([keptBy(signal), dependent.aborted]).toEqual([1, false]);
});

test("a signal that many reads share keeps nothing of those that are over", async () => {
  const { signal } = new AbortController();
  for (let i = 0; i < 20; i += 1) await client.list(signal);
  expect(keptBy(signal)).toBe(0);
  status = 500;
  const failing = client.list(signal);
  const refused = expect(failing).rejects.toMatchObject({ fault: "failing" });
  for (let i = 0; i < 50; i += 1) {
    await clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await refused;
  expect(keptBy(signal)).toBe(0);
});

test("and ends those that are under way", async () => {
  const stopping = new AbortController();
  const hanging = Array.from({ length: 4 }, () => client.relays(stopping.signal));
  const ended = Promise.all(hanging.map((read) => expect(read).rejects.toMatchObject({ fault: "unreachable" })));
  await new Promise((resolve) => setTimeout(resolve, 50));
  stopping.abort();
  await ended;
  await expect(client.relays(stopping.signal)).rejects.toMatchObject({ fault: "unreachable" });
  expect(keptBy(stopping.signal)).toBe(0);
});

import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askBot } from "../../../src/adapters/operators/ask-bot.ts";
import { openOperatorSocket } from "../../../src/adapters/operators/operator-socket.ts";
import type { OperatorCall, OperatorReply } from "../../../src/core/operator.ts";
import { systemClock as clock } from "../../../src/system.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { keepLog } from "../../support/silent-log.ts";

const CALL: OperatorCall = { user: "alice", verb: "stop", which: { rollout: "prod-1" } };
const DONE: OperatorReply = { done: true, text: "Stopped: prod-1.", rollouts: ["prod-1"] };
let directory: string;
let path: string;
const ends: (() => void)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "operators-"));
  path = join(directory, "drydock.db.socket");
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  rmSync(directory, { recursive: true, force: true });
});

async function open(answer: (call: OperatorCall) => Promise<OperatorReply> = async () => DONE, ports = { clock }) {
  const log = keepLog();
  const socket = await openOperatorSocket(path, answer, { ...ports, log });
  ends.push(() => socket.close());
  return { socket, log };
}

/** What comes back for these bytes. */
async function replyTo(bytes: string): Promise<string> {
  const socket = createConnection(path);
  socket.on("error", () => undefined);
  socket.write(bytes);
  return await text(socket).catch(() => "");
}

test("a call is answered once, and the bot's own user alone may open the socket", async () => {
  const calls: OperatorCall[] = [];
  const { socket } = await open(async (call) => {
    calls.push(call);
    return DONE;
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(["drydock.db.socket"]);
  expect(await askBot(path, CALL, { clock })).toEqual(DONE);
  expect(calls).toEqual([CALL]);
  socket.close();
  expect(readdirSync(directory)).toEqual([]);
});

test("what a killed process has left is replaced", async () => {
  writeFileSync(path, "");
  expect(await askBot(path, CALL, { clock })).toBeUndefined();
  await open();
  expect(await askBot(path, CALL, { clock })).toEqual(DONE);
});

test("where no bot listens, there is no answer", async () => {
  expect(await askBot(path, CALL, { clock })).toBeUndefined();
});

test.each([
  ["no JSON", "stop it\n"],
  ["another verb", `${JSON.stringify({ ...CALL, verb: "start" })}\n`],
  ["a name with control characters", `${JSON.stringify({ ...CALL, user: "al\u001bice" })}\n`],
  ["more than it says", `${JSON.stringify({ ...CALL, sudo: true })}\n`],
  ["a request without an end", "x".repeat(5_000)],
])("%s is not understood, and nothing is done", async (_what, bytes) => {
  await open(() => {
    throw new Error("it was done");
  });
  expect(JSON.parse(await replyTo(bytes))).toMatchObject({ done: false, reason: "not-understood" });
});

describe("bounded", () => {
  test("at most eight people are listened to at once", async () => {
    await open(() => new Promise<OperatorReply>(() => undefined));
    const many = Array.from({ length: 9 }, () => {
      const socket = createConnection(path);
      ends.push(() => socket.destroy());
      return new Promise<string>((resolve) => {
        socket.on("error", () => undefined);
        socket.once("close", () => resolve("closed"));
      });
    });
    expect(await Promise.race(many)).toBe("closed");
  });

  test("a silent connection ends after 10 s", async () => {
    const slow = manualClock();
    await open(undefined, { clock: slow });
    const socket = createConnection(path);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined).resume();
    await new Promise((resolve) => socket.once("connect", resolve));
    // The server hears of the connection in a later turn.
    await expect.poll(() => slow.advance(10_000).then(() => socket.destroyed || socket.readableEnded)).toBe(true);
    await closed;
  });
});

test("without a socket the bot runs all the same, and its log says why", async () => {
  path = join(directory, "x".repeat(120));
  const { log } = await open();
  expect(log.said).toEqual([expect.stringContaining("their socket could not be opened")]);
});

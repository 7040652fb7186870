import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createTurnClock } from "../support/turn-clock.ts";

const STEP = 5;
const HOUR = 60 * 60_000;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function runningClock() {
  const clock = createTurnClock(STEP, 0);
  ends.push(clock.run());
  return clock;
}

/** The next turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("timers run in the order in which they are due, at their time, and none that was cancelled", async () => {
  const clock = runningClock();
  const ran: [string, number][] = [];
  const note = (name: string) => () => ran.push([name, clock.now()]);
  const last = new Promise<void>((resolve) => clock.after(9 * HOUR, resolve));
  clock.after(8 * HOUR, note("late"));
  clock.after(2 * HOUR, note("early"));
  clock.after(6 * HOUR, note("cancelled"))();
  clock.after(0, () => clock.after(7 * HOUR, note("nested")));
  await last;
  expect(ran).toEqual([
    ["early", 2 * HOUR],
    ["nested", 7 * HOUR + STEP],
    ["late", 8 * HOUR],
  ]);
});

test("an hour in which nothing happens needs a few turns", async () => {
  const clock = runningClock();
  clock.after(HOUR, () => {});
  let turns = 0;
  for (; clock.now() < HOUR; turns += 1) await turn();
  expect(turns).toBeLessThan(50);
});

test("a wait for a move ends after a timer, and in few of the turns in which nothing happens", async () => {
  const clock = runningClock();
  let moves = 0;
  let turns = 0;
  let isOver = false;
  const counting = (async () => {
    for (; !isOver; moves += 1) await clock.moved();
  })();
  for (let hour = 1; hour <= 10; hour += 1) clock.after(hour * HOUR, () => {});
  clock.after(11 * HOUR, () => {
    isOver = true;
  });
  for (; !isOver; turns += 1) await turn();
  await counting;
  expect(moves).toBeGreaterThanOrEqual(10);
  expect(moves).toBeLessThan(turns / 2);
});

test("while bytes are on their way it goes by fixed steps, however long they need", async () => {
  const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  ends.push(() => server.close());
  await once(server, "listening");
  const [[accepted], sender] = await Promise.all([
    once(server, "connection") as Promise<[Socket]>,
    connect((server.address() as AddressInfo).port, "127.0.0.1"),
  ]);
  ends.push(() => sender.destroy());
  const clock = runningClock();
  sender.write("a request");
  await turn();
  const from = clock.now();
  clock.after(HOUR, () => {});
  for (let turns = 1; turns <= 2_000; turns += 1) {
    await turn();
    expect(clock.now() - from).toBe(turns * STEP);
  }
  accepted.on("data", () => {}).resume();
  // A busy machine takes its time to hand them over. By fixed steps so many turns are far less than an hour.
  for (let turns = 1; turns <= 50_000 && clock.now() - from < HOUR; turns += 1) await turn();
  expect(clock.now() - from).toBeGreaterThanOrEqual(HOUR);
});

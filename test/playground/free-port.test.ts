import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePort } from "../../playground/free-port.ts";

const LOWEST = 20_000;
const COUNT = 12_768;

test("a free port is none that the system gives away by itself, and none on which somebody listens", async () => {
  const taken = await freePort();
  expect(taken).toBeGreaterThanOrEqual(LOWEST);
  expect(taken).toBeLessThan(LOWEST + COUNT);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(taken, "127.0.0.1", resolve));
  let asked = 0;
  const port = await freePort(() => {
    asked += 1;
    return asked === 1 ? (taken - LOWEST + 0.5) / COUNT : Math.random();
  });
  expect([asked > 1, port === taken]).toEqual([true, false]);
  await new Promise((resolve) => other.close(resolve));
});

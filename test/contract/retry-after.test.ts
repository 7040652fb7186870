import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createRetryAfter } from "../../src/adapters/urbancode/retry-after.ts";
import { createUrbanCode } from "../../src/adapters/urbancode/urbancode.ts";
import { systemRandom } from "../../src/system.ts";
import { manualClock } from "../support/manual-clock.ts";
import { keepLog } from "../support/silent-log.ts";

test.each([429, 503])("reads leave a server alone that asks for it with %i, for a minute at most", async (status) => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(status, { "retry-after": "3600", "content-type": "text/plain" }).end("busy");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const clock = manualClock();
  const client = createUrbanCode(
    {
      name: "prod",
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { kind: "basic", user: "drydock", password: "dry-dock-password" },
      requestDeadline: 60_000,
    },
    { clock, random: systemRandom, log: keepLog() },
  );
  try {
    await expect(client.list()).rejects.toMatchObject({ fault: "failing", status });
    await clock.advance(40_000);
    await expect(client.relays()).rejects.toThrow("asks for a pause (Retry-After). Drydock asks again in 20 s.");
    expect(asked).toBe(1);
    await clock.advance(20_000);
    await expect(client.list()).rejects.toMatchObject({ fault: "failing", status });
    expect(asked).toBe(2);
  } finally {
    await client.close();
    server.closeAllConnections();
    server.close();
  }
});

test("a short pause is waited for, whatever people do to the wall clock, and other answers ask for none", async () => {
  const clock = manualClock();
  const retryAfter = createRetryAfter("prod", clock);
  const answer = { status: 503, body: "", type: "", date: "", retryAfter: "3", location: "" };
  retryAfter.heard({ ...answer, status: 500 });
  retryAfter.heard({ ...answer, retryAfter: "soon" });
  expect(retryAfter.wait()).toBe(0);
  retryAfter.heard(answer);
  clock.jump(-3_600_000);
  await clock.advance(1_000);
  expect(retryAfter.wait()).toBe(2_000);
  retryAfter.heard({ ...answer, retryAfter: "1" });
  expect(retryAfter.wait()).toBe(2_000);
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { meteredFetch } from "../../../src/adapters/slack/metered-fetch.ts";
import { NO_METER } from "../../../src/core/meter.ts";

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Asks a server that never answers; how that was counted. */
async function askSilence(
  init: { readonly signal?: AbortSignal } = {},
): Promise<{ readonly counted: readonly string[]; readonly why: string }> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => server.close().closeAllConnections());
  const counted: string[] = [];
  const meter = { ...NO_METER, slackRequest: (_method: string, result: string) => void counted.push(result) };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/commands/T0/1/abc`;
  const why = await meteredFetch(meter, 1)(url, init).then(
    () => "answered",
    (error: Error) => error.name,
  );
  return { counted, why };
}

test("a request without a time limit of its own gets one", async () => {
  expect(await askSilence()).toEqual({ counted: ["no-answer"], why: "TimeoutError" });
});

test("a request's own limit holds", async () => {
  const { why } = await askSilence({ signal: AbortSignal.abort() });
  expect(why).toBe("AbortError");
});

test.each([
  ["/api/chat.postMessage", "chat.postMessage"],
  ["/upload/v1/CwABAAAAXAoAAa", "file upload"],
  ["/commands/T0DOCK/12/Pq7", "response_url"],
  ["/actions/T0DOCK/12/Pq7", "response_url"],
])("a request to %s counts as %s", async (path, method) => {
  const server = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => server.close().closeAllConnections());
  const counted: string[] = [];
  const meter = { ...NO_METER, slackRequest: (asked: string) => void counted.push(asked) };
  await meteredFetch(meter, 10_000)(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  expect(counted).toEqual([method]);
});

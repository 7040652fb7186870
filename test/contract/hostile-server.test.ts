import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { createUrbanCode } from "../../src/adapters/urbancode/urbancode.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { keepLog } from "../support/silent-log.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const AGENTS = '[{"id":"1","name":"a","status":"ONLINE"}]';
const OK = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

function connect(url: string, requestDeadline = 5_000) {
  const client = createUrbanCode(
    { name: "prod", url, credentials: { kind: "token", token: "t" }, requestDeadline },
    { clock: systemClock, random: systemRandom, log: keepLog() },
  );
  ends.push(() => client.close());
  return client;
}

async function listen(listener: RequestListener, host = "127.0.0.1"): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  ends.push(() => server.close());
  ends.push(() => server.closeAllConnections());
  return (server.address() as AddressInfo).port;
}

/** A server that answers each request, whatever it is, as `answer` says. */
async function raw(answer: (socket: Socket, requests: number) => void) {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    let mine = 0;
    socket.on("data", (data) => {
      requests.push(String(data).split(" ")[0] ?? "");
      mine += 1;
      answer(socket, mine);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => server.close());
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function drip(socket: Socket): void {
  socket.write(OK);
  socket.write("transfer-encoding: chunked\r\n\r\n1\r\n[\r\n");
  const timer = setInterval(() => socket.write("1\r\n \r\n"), 50);
  socket.on("close", () => clearInterval(timer));
}

function endless(socket: Socket): void {
  const block = Buffer.alloc(1024 * 1024, " ");
  const pour = () => {
    while (!socket.destroyed && socket.write(block)) {}
  };
  socket.on("drain", pour);
  socket.write(`${OK}content-length: 99999999999\r\n\r\n`);
  pour();
}

function flood(socket: Socket): void {
  socket.end(`${OK}x-flood: ${"x".repeat(1024 * 1024)}\r\n\r\n${AGENTS}`);
}

const HOSTILE = [
  ["a byte now and then", drip, "TimeoutError", "no answer in time", 700],
  [
    "a body without an end",
    endless,
    "UND_ERR_RES_EXCEEDED_MAX_SIZE",
    "the answer was larger than Drydock accepts",
    30_000,
  ],
  ["a flood of headers", flood, "UND_ERR_HEADERS_OVERFLOW", "the answer was larger than Drydock accepts", 30_000],
  ["a reset", (socket: Socket) => socket.resetAndDestroy(), "ECONNRESET", "the connection was lost", 30_000],
] as const;

describe("a server that answers with", () => {
  test.each(HOSTILE)(
    "%s: a read ends in time, and says why",
    async (_what, answer, reason, words, deadline) => {
      const { url, requests } = await raw(answer);
      await expect(connect(url, deadline).list()).rejects.toMatchObject({
        fault: "unreachable",
        trouble: { reason },
        message: expect.stringContaining(words),
      });
      expect(requests).toEqual(["GET", "GET", "GET"]);
    },
    60_000,
  );

  test.each(HOSTILE)(
    "%s: an upgrade is requested once, and may have been taken",
    async (_what, answer, reason, _words, deadline) => {
      const { url, requests } = await raw(answer);
      expect(await connect(url, deadline).trigger("1")).toEqual({ kind: "uncertain", text: reason });
      expect(requests).toEqual(["PUT"]);
    },
    60_000,
  );

  test("kept connections that end as they are used again: reads are told all the same", async () => {
    const { url } = await raw((socket, n) => {
      if (n === 1) socket.write(`${OK}content-length: ${AGENTS.length}\r\n\r\n${AGENTS}`);
      else socket.resetAndDestroy();
    });
    const client = connect(url);
    for (let i = 0; i < 3; i += 1) expect(await client.list()).toHaveLength(1);
  });

  test("answers in chunks, and compressed ones unless it is asked for plain ones", async () => {
    const port = await listen((request, response) => {
      const isPlain = request.headers["accept-encoding"] === "identity";
      response.writeHead(200, {
        "content-type": "application/json",
        ...(isPlain ? {} : { "content-encoding": "gzip" }),
      });
      if (!isPlain) return response.end(gzipSync(AGENTS));
      for (const character of AGENTS) response.write(character);
      return response.end();
    });
    expect(await connect(`http://127.0.0.1:${port}`).list()).toHaveLength(1);
  });

  test("what is compressed though it was not asked to: that is no answer", async () => {
    const port = await listen((_request, response) =>
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(gzipSync(AGENTS)),
    );
    await expect(connect(`http://127.0.0.1:${port}`).list()).rejects.toMatchObject({ fault: "not-the-api" });
  });

  test("10,000 agents", async () => {
    const all = Array.from({ length: 10_000 }, (_, i) => ({ id: `id-${i}`, name: `agent-${i}`, status: "ONLINE" }));
    const port = await listen((_request, response) => response.end(JSON.stringify(all)));
    expect(await connect(`http://127.0.0.1:${port}`).list()).toHaveLength(10_000);
  });
});

test("a server may have an address of IPv6", async () => {
  const port = await listen((_request, response) => response.end(AGENTS), "::1").catch(() => undefined);
  if (port === undefined) return;
  expect(await connect(`http://[::1]:${port}`).list()).toHaveLength(1);
});

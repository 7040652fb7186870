import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createUrbanCode } from "../../src/adapters/urbancode/urbancode.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { start, stopAll } from "../support/deploy-standin.ts";
import { keepLog } from "../support/silent-log.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await stopAll();
});

const PASSWORD = "dry-dock-password";

function connect(url: string, requestDeadline = 30_000) {
  const credentials = { kind: "basic", user: "drydock", password: PASSWORD } as const;
  const client = createUrbanCode(
    { name: "prod", url, credentials, requestDeadline },
    { clock: systemClock, random: systemRandom, log: keepLog() },
  );
  ends.push(() => client.close());
  return client;
}

async function standin() {
  const deploy = await start({ agents: [{ name: "a" }, { name: "b" }] });
  const [a = "", b = ""] = [...deploy.fleet.agents.keys()];
  return { deploy, client: connect(deploy.url), a, b };
}

/** A server that gives one answer to everything, and counts. */
async function answering(status: number, type: string | undefined, body: string, headers: Record<string, string> = {}) {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(status, { ...(type === undefined ? {} : { "content-type": type }), ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { client: connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked: () => asked };
}

const PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>";

describe("an answer that is not the API's", () => {
  test.each(["login-page", "redirect", "unexpected-type"] as const)(
    "to a read (%s) is trouble of the server, asked for once, and begins with what came",
    async (kind) => {
      const { deploy, client, a } = await standin();
      deploy.answer({ kind, to: "reads" });
      for (const read of [() => client.list(), () => client.info(a), () => client.property(a, "ip")])
        await expect(read()).rejects.toMatchObject({
          fault: "not-the-api",
          message: expect.stringMatching(/^prod answered "[^"]+" with something that is not its API: (200|302), /),
        });
      expect(deploy.requests.get("GET /cli/agentCLI")).toBe(1);
      deploy.answer({ kind: "none", to: "reads" });
      expect(await client.list()).toHaveLength(2);
    },
  );

  test.each(["login-page", "redirect"] as const)("on the front page (%s) tells no version", async (kind) => {
    const { deploy, client } = await standin();
    deploy.answer({ kind, to: "reads", times: 1 });
    expect(await client.version()).toBeUndefined();
    expect(await client.version()).toBe("7.2.3.1.1150420");
  });

  test.each(["login-page", "redirect", "unexpected-type"] as const)(
    "to a request for an upgrade (%s) leaves it open whether that was taken, and is not asked again",
    async (kind) => {
      const { deploy, client, a } = await standin();
      deploy.answer({ kind, to: "upgrades" });
      expect(await client.trigger(a)).toMatchObject({ kind: "uncertain", code: "not-the-api" });
      expect(deploy.requests.get("PUT /cli/agentCLI/upgrade")).toBe(1);
      expect(deploy.fleet.triggers).toEqual([]);
    },
  );

  test.each([
    ["a page that is called JSON", 200, "application/json", PAGE],
    ["a page without a type", 200, undefined, PAGE],
    ["text that is no JSON", 200, "text/plain", "Please log in"],
    ["nothing at all", 200, "application/json", ""],
    ["an agent's page of a proxy that is not found", 404, "text/html", "<h1>404</h1>"],
    ["a page of a firewall that denies", 403, "text/html", "<h1>Blocked</h1>"],
  ] as const)("%s is none", async (_what, status, type, body) => {
    const { client } = await answering(status, type, body);
    await expect(client.info("a")).rejects.toMatchObject({ fault: "not-the-api", status });
  });

  test.each([
    [404, "text/plain", "No agent with id/name a", "not-found"],
    [400, undefined, "User lacks View Agents", "denied"],
    [503, "text/html", "<html>Service Unavailable</html>", "failing"],
    [401, "text/html", "<html>Log in</html>", "denied"],
  ] as const)("a %s of the type %s is the server's own", async (status, type, body, fault) => {
    const { client } = await answering(status, type, body);
    await expect(client.info("a")).rejects.toMatchObject({ fault, status });
  });

  test("the first 300 characters are kept on one line, without our password and without a redirect's session", async () => {
    const { client } = await answering(302, "text/html", `<b>${PASSWORD}</b>\n${"x".repeat(400)}`, {
      location: "https://sso.example.com/login?session=s3cr3t",
    });
    const message = await client.list().catch((error: Error) => error.message);
    expect(message).toBe(
      `prod answered "list of agents" with something that is not its API: 302, a redirect to https://sso.example.com: "<b>[secret]</b> ${"x".repeat(300 - 16)}…"`,
    );
    expect(await client.trigger("a")).toMatchObject({
      text: expect.stringContaining("302, a redirect to https://sso"),
    });
  });

  test("where nothing is documented a page is only no answer of the shape that is expected", async () => {
    const { client } = await answering(200, "text/html", PAGE);
    await expect(client.roleMappings("u")).rejects.toMatchObject({ fault: "unreadable" });
    expect(await client.version()).toBeUndefined();
  });
});

describe("answers to a request for an upgrade", () => {
  test("an empty one of any type accepts it, since its type is not documented", async () => {
    expect(await (await answering(200, "text/html", "")).client.trigger("a")).toEqual({
      kind: "accepted",
      status: 200,
    });
    expect(await (await answering(204, undefined, "")).client.trigger("a")).toEqual({ kind: "accepted", status: 204 });
  });

  test.each(["too-early", "too-many"] as const)("%s: it was not taken, and is to be asked again", async (kind) => {
    const { deploy, client, a } = await standin();
    const status = kind === "too-many" ? 429 : 425;
    deploy.answer({ kind, to: "upgrades", times: 1, retryAfter: 7 });
    expect(await client.trigger(a)).toMatchObject({ kind: "postponed", status, wait: 7_000 });
    deploy.answer({ kind, to: "upgrades", times: 1 });
    expect(await client.trigger(a)).toMatchObject({ kind: "postponed", status, wait: undefined });
  });

  test("Retry-After may be a date, by the clock of the answer", async () => {
    const headers = { date: "Thu, 26 Nov 2026 03:00:00 GMT", "retry-after": "Thu, 26 Nov 2026 03:02:00 GMT" };
    const { client } = await answering(429, "text/html", "<h1>429</h1>", headers);
    expect(await client.trigger("a")).toMatchObject({ kind: "postponed", wait: 120_000 });
  });

  test.each(["timeout", "conflict"] as const)("%s: it is not known whether it was taken", async (kind) => {
    const { deploy, client, a } = await standin();
    const status = kind === "timeout" ? 408 : 409;
    deploy.answer({ kind, to: "upgrades", times: 1, taken: true });
    expect(await client.trigger(a)).toMatchObject({ kind: "uncertain", status, code: `answered-${status}` });
    expect(deploy.fleet.triggers).toHaveLength(1);
  });

  test("one that is late is not known either", async () => {
    const { deploy, a } = await standin();
    deploy.answer({ kind: "slow", to: "upgrades", seconds: 1 });
    expect(await connect(deploy.url, 500).trigger(a)).toEqual({ kind: "uncertain", text: "TimeoutError" });
  });
});

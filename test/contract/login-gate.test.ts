import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createUrbanCode } from "../../src/adapters/urbancode/urbancode.ts";
import { Secret } from "../../src/core/secret.ts";
import { systemRandom } from "../../src/system.ts";
import { start, stopAll } from "../support/deploy-standin.ts";
import { manualClock } from "../support/manual-clock.ts";
import { keepLog } from "../support/silent-log.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await stopAll();
});

const PASSWORD = "dry-dock-password";
const SAID = "prod refuses Drydock's own account (401): check DRYDOCK_PROD_PASSWORD.";

async function standin() {
  const deploy = await start({ agents: [{ name: "a" }, { name: "b" }] });
  const clock = manualClock();
  const credentials = { kind: "basic", user: "drydock", password: PASSWORD } as const;
  const client = createUrbanCode(
    { name: "prod", url: deploy.url, credentials, variable: "DRYDOCK_PROD_PASSWORD", requestDeadline: 5_000 },
    { clock, random: systemRandom, log: keepLog() },
  );
  ends.push(() => client.close());
  const [id = ""] = [...deploy.fleet.agents.keys()];
  const asked = () => [...deploy.requests.values()].reduce((sum, n) => sum + n, 0);
  /** What Drydock asks while it watches a rollout: each 5 s for what is in flight and for the list. */
  async function watch(seconds: number) {
    for (let i = 0; i < seconds; i += 5) {
      await Promise.allSettled([client.list(), client.info(id), client.activity(), client.relays()]);
      await clock.advance(5_000);
    }
  }
  return { deploy, client, clock, id, asked, watch };
}

async function clientOf(server: Server) {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => server.close());
  ends.push(() => server.closeAllConnections());
  const client = createUrbanCode(
    {
      name: "prod",
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { kind: "token", token: "t" },
      variable: "DRYDOCK_PROD_TOKEN",
      requestDeadline: 5_000,
    },
    { clock: manualClock(), random: systemRandom, log: keepLog() },
  );
  ends.push(() => client.close());
  return client;
}

describe("an account that the server refuses", () => {
  test("is tried a few times in the first minute, and less and less often", async () => {
    const { deploy, asked, watch } = await standin();
    deploy.answer({ kind: "unauthorized", to: "reads" });
    await watch(60);
    const first = asked();
    expect(first).toBeGreaterThan(1);
    expect(first).toBeLessThanOrEqual(8);
    await watch(600);
    expect(asked() - first).toBeLessThanOrEqual(5);
  });

  test("is said with the name of the variable and without its value, to whoever asks", async () => {
    const { deploy, client, id } = await standin();
    deploy.answer({ kind: "unauthorized", to: "reads" });
    for (const read of [() => client.list(), () => client.info(id), () => client.user("alice")]) {
      const error = await read().catch((caught: Error) => caught);
      expect(error).toMatchObject({ fault: "login-refused", message: expect.stringContaining(SAID) });
      expect(String(error)).not.toContain(PASSWORD);
    }
  });

  test("asks for no upgrade; one that was refused so was not taken", async () => {
    const { deploy, client, id } = await standin();
    deploy.answer({ kind: "unauthorized", to: "reads" });
    deploy.answer({ kind: "unauthorized", to: "upgrades" });
    expect(await client.trigger(id)).toMatchObject({ kind: "postponed", status: 401 });
    expect(await client.trigger(id)).toMatchObject({ kind: "postponed", status: 401 });
    expect(deploy.requests.get("PUT /cli/agentCLI/upgrade")).toBe(1);
    await expect(client.testConnection(id)).rejects.toMatchObject({ fault: "login-refused" });
  });

  test("is used again as soon as a probe is accepted", async () => {
    const { deploy, client, clock, watch } = await standin();
    deploy.answer({ kind: "unauthorized", to: "reads" });
    await watch(10);
    deploy.answer({ kind: "none", to: "reads" });
    await expect(client.list()).rejects.toMatchObject({ fault: "login-refused" });
    await clock.advance(15_000);
    expect(await client.list()).toHaveLength(2);
  });

  test("waits for no probe that gets no answer", async () => {
    const { deploy, client, clock, watch } = await standin();
    deploy.answer({ kind: "unauthorized", to: "reads" });
    await watch(10);
    deploy.trouble({ kind: "unreachable", seconds: 600 });
    await clock.advance(15_000);
    await expect(client.list()).rejects.toMatchObject({ fault: "login-refused" });
  });
});

test("a 401 to one call alone is a denial of that call, and holds nothing", async () => {
  const { deploy, client, id } = await standin();
  deploy.answer({ kind: "unauthorized", to: "reads", times: 1 });
  await expect(client.relays()).rejects.toMatchObject({ fault: "denied", status: 401 });
  expect(await client.list()).toHaveLength(2);
  deploy.answer({ kind: "unauthorized", to: "upgrades", times: 1 });
  expect(await client.trigger(id)).toMatchObject({ kind: "refused", status: 401 });
});

test("nor does one to what the account has no permission for, whichever call that is", async () => {
  const denied = ["/cli/relay", "/cli/agentCLI/usage", "/cli/agentCLI/statuses", "/cli/systemConfiguration"];
  const server = createServer((request, response) => {
    if (denied.includes(request.url ?? "")) response.writeHead(401).end("Error 401: Unauthorized.");
    else if (request.url === "/cli/agentCLI") response.end("[]");
    else response.writeHead(404).end("No agent with id/name dummy");
  });
  const client = await clientOf(server);
  for (const read of [() => client.relays(), () => client.statuses(), () => client.settings()])
    await expect(read()).rejects.toMatchObject({ fault: "denied", status: 401 });
  expect(await client.list()).toEqual([]);
});

test("somebody's own token that is refused says nothing about Drydock's account", async () => {
  const { client } = await standin();
  const theirs = client.as(new Secret("nobodys"));
  ends.push(() => theirs.close());
  await expect(theirs.user("bob")).rejects.toMatchObject({ fault: "denied", status: 401 });
  expect(await client.list()).toHaveLength(2);
});

test("the front page needs no account, so it is read all the same", async () => {
  const server = createServer((request, response) =>
    request.url === "/" ? response.end('i18n("version %s", "7.2.3")') : response.writeHead(401).end(),
  );
  const client = await clientOf(server);
  await expect(client.list()).rejects.toMatchObject({ fault: "login-refused" });
  expect(await client.version()).toBe("7.2.3");
});

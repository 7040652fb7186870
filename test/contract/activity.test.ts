import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { startDeploy } from "../../playground/deploy/start-deploy.ts";
import { createUrbanCode } from "../../src/adapters/urbancode/urbancode.ts";
import { systemRandom } from "../../src/system.ts";
import { manualClock } from "../support/manual-clock.ts";
import { keepLog } from "../support/silent-log.ts";

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const CLI = "/cli/workflowTrace/currentActivity";
const REST = "/rest/workflow/currentActivity";
const MINUTE = 60_000;

function connect(url: string) {
  const clock = manualClock();
  const client = createUrbanCode(
    {
      name: "prod",
      url,
      credentials: { kind: "basic", user: "drydock", password: "dry-dock-password" },
      requestDeadline: 5_000,
    },
    { clock, random: systemRandom, log: keepLog() },
  );
  ends.push(() => client.close());
  return { client, clock };
}

async function standin() {
  const deploy = await startDeploy({ agents: [{ name: "web-1" }, { name: "web-2" }] });
  ends.push(() => deploy.stop());
  const asked = () => [CLI, REST].map((path) => deploy.requests.get(`GET ${path}`) ?? 0);
  return { deploy, asked, ...connect(deploy.url) };
}

/** A server that answers both forms as told, and counts how often it was asked. */
async function answering(answers: Readonly<Record<string, { readonly status: number; readonly body: string }>>) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    const { status = 404, body = "Not Found" } = answers[(request.url ?? "").split("?")[0] ?? ""] ?? {};
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => server.close());
  const { client } = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { client, asked: () => asked };
}

describe("what runs now, on the stand-in server", () => {
  test("names the agents of component and generic processes, each once, and counts the others", async () => {
    const { deploy, client } = await standin();
    const [web1 = "", web2 = ""] = deploy.fleet.agents.keys();
    expect(await client.activity()).toEqual({ kind: "known", running: 0, agents: [], unnamed: 0, form: "cli" });
    for (const seed of [{ agent: "web-1" }, { agent: "web-1" }, { agent: "web-2", type: "generic" as const }, {}])
      deploy.deployments.begin(seed);
    const activity = await client.activity();
    expect(activity).toMatchObject({ kind: "known", running: 4, unnamed: 1, form: "cli" });
    expect(activity.kind === "known" ? [...activity.agents].sort() : []).toEqual([web1, web2].sort());
    deploy.conditions.activityAgents = false;
    expect(await client.activity()).toMatchObject({ running: 4, agents: [], unnamed: 4 });
  });

  test("where the first form is missing the second is asked, and remembered", async () => {
    const { deploy, client, asked } = await standin();
    deploy.deployments.begin({ agent: "web-1" });
    deploy.conditions.activityForms = ["rest"];
    expect(await client.activity()).toMatchObject({ running: 1, form: "rest" });
    expect(await client.activity()).toMatchObject({ running: 1, form: "rest" });
    expect(asked()).toEqual([1, 2]);
    deploy.conditions.activityForms = ["cli"];
    expect(await client.activity()).toMatchObject({ running: 1, form: "cli" });
    expect(asked()).toEqual([2, 3]);
  });

  test("a server with neither form reports nothing, and is asked again after ten minutes", async () => {
    const { deploy, client, clock, asked } = await standin();
    deploy.conditions.activityForms = [];
    expect(await client.activity()).toEqual({ kind: "not-reported" });
    await clock.advance(9 * MINUTE);
    expect(await client.activity()).toEqual({ kind: "not-reported" });
    expect(asked()).toEqual([1, 1]);
    deploy.conditions.activityForms = ["cli"];
    await clock.advance(MINUTE);
    expect(await client.activity()).toMatchObject({ kind: "known", form: "cli" });
  });
});

describe("what runs now, on servers that misbehave", () => {
  test.each([
    ["a denial", 403, "No right", "denied"],
    ["a page", 200, "<html>login</html>", "not-the-api"],
    ["no list", 200, '{"running": 0}', "unreadable"],
    ["a list of something else", 200, "[1, 2]", "unreadable"],
  ])("%s is trouble, and never an empty list", async (_what, status, body, fault) => {
    const { client, asked } = await answering({ [CLI]: { status, body } });
    expect(await client.activity()).toMatchObject({ kind: "trouble", error: { fault } });
    expect(asked()).toBe(1);
  });

  test("400 may be a path that the server does not have: the other form decides", async () => {
    const bad = { status: 400, body: "bad path" };
    const other = await answering({ [CLI]: bad, [REST]: { status: 200, body: "[]" } });
    expect(await other.client.activity()).toMatchObject({ kind: "known", form: "rest" });
    const none = await answering({ [CLI]: bad });
    expect(await none.client.activity()).toMatchObject({ kind: "trouble", error: { fault: "denied" } });
  });

  test("404 with a page is a path that the server does not have: the other form decides", async () => {
    const page = { status: 404, body: "<html>HTTP Status 404</html>" };
    const other = await answering({ [CLI]: page, [REST]: { status: 200, body: "[]" } });
    expect(await other.client.activity()).toMatchObject({ kind: "known", form: "rest" });
    // A server that is starting shows such pages too: it may report later what runs.
    const none = await answering({ [CLI]: page, [REST]: page });
    expect(await none.client.activity()).toMatchObject({ kind: "trouble", error: { fault: "not-the-api" } });
  });

  test("entries whose agent cannot be read are counted; one without an id is known by its name", async () => {
    const entries = [
      { processRequestType: "component", agent: { name: "web-1" } },
      { processRequestType: "component", agent: "web-2" },
      { processRequestType: "component", agent: { id: 7, name: null } },
      { processRequestType: "generic", resource: null },
      {},
    ];
    const { client } = await answering({ [CLI]: { status: 200, body: JSON.stringify(entries) } });
    expect(await client.activity()).toMatchObject({ running: 5, agents: ["web-1"], unnamed: 4 });
  });

  test("a list that may have been cut off is no list", async () => {
    const rows = (n: number) => ({
      [REST]: { status: 200, body: JSON.stringify(Array.from({ length: n }, () => ({}))) },
    });
    expect(await (await answering(rows(249))).client.activity()).toMatchObject({ running: 249 });
    const full = await (await answering(rows(250))).client.activity();
    expect(full).toMatchObject({ kind: "trouble", error: { fault: "unreadable" } });
  });
});

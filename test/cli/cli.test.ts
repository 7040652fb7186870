import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { startDeploy } from "../../playground/deploy/start-deploy.ts";
import { runProgram as drydock } from "../support/run-program.ts";

const directory = mkdtempSync(join(tmpdir(), "cli-"));
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ACCOUNT = { DS_USERNAME: "drydock", DS_PASSWORD: "dry-dock-password" };

async function standin() {
  const deploy = await startDeploy({
    agents: [
      { name: "web-1", relayId: "r-1" },
      { name: "secret-name", status: "UPGRADE_RECOMMND", tags: ["pci"] },
      { name: "new", version: "9.0.0.0.1" },
      { name: "off", status: "OFFLINE" },
    ],
  });
  ends.push(() => deploy.stop());
  return deploy;
}

describe("plan", () => {
  test("knows kinds of agents: z/OS is left out, inactive ones are taken where the server takes them", async () => {
    const agents = [
      { name: "web-1", os: "Linux" },
      { name: "mf-1", os: "z/OS" },
      { name: "old-1", active: false },
    ];
    const deploy = await startDeploy({ agents, serverVersion: "7.0.5.2.1050384" });
    ends.push(() => deploy.stop());
    const plan = () => drydock(["plan", "--url", deploy.url, "--include-inactive"], ACCOUNT);
    const refused = await plan();
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("Links is off.")]);
    deploy.conditions.inactiveLinks = true;
    const { stdout } = await plan();
    expect(stdout).toContain("Upgrade 2 of 3 agents on 127.0.0.1");
    expect(stdout).toContain("1 left out: mf-1 (it runs on z/OS");
    expect(stdout).toContain("1 of them is inactive on the server (old-1).");
    expect(stdout).toContain("Check the agents' Java: servers and relays need 11.");
    expect([...deploy.requests.keys()].filter((request) => !request.startsWith("GET "))).toEqual([]);
  });

  test("tells what an upgrade would do, without Slack, without a file, by reading alone", async () => {
    const deploy = await standin();
    const { status, stdout } = await drydock(["plan", "--url", deploy.url, "--exclude", "secret-*"], ACCOUNT);
    expect(status).toBe(0);
    expect(stdout).toContain("Upgrade 1 of 3 agents on 127.0.0.1");
    expect(stdout).toContain("1 left out: new (its version 9.0.0.0.1 is newer than the server");
    expect(stdout).toContain("1 agent is offline. Drydock does not know whether it needs the upgrade.");
    expect(stdout).toContain("Read only: nothing was started");
    expect([...deploy.requests.keys()].filter((request) => !request.startsWith("GET "))).toEqual([]);
  });

  test("a table of the agents: those with one status, or all with the reasons of those left out", async () => {
    const deploy = await standin();
    const ran = (...argv: readonly string[]) => drydock(["plan", "--url", deploy.url, ...argv], ACCOUNT);
    const required = await ran("--status", "Required");
    expect(required.stdout).toMatch(/\nAGENT +STATUS +VERSION +PLAN\nweb-1 +upgrade-required +[\d.]+ +upgrade\n/);
    expect(required.stdout).not.toContain("secret-name");
    expect(required.stdout).toMatch(/\n1 more agent: --all lists it\.\n$/);
    expect((await ran("--all")).stdout).toMatch(/\nnew +left out: its version 9\.0\.0\.0\.1 is newer .*\n$/);
    expect((await ran("--status", "old")).stderr).toContain('--status takes required or recommended, not "old".');
  });

  test("says each reason for which agents are left out, and names no button", async () => {
    const agents = [
      { name: "web-1" },
      { name: "web-2" },
      { name: "mf-1", os: "z/OS" },
      { name: "new", version: "9.0.0.0.1" },
      { name: "long", id: "x".repeat(401) },
    ];
    const deploy = await startDeploy({ agents });
    ends.push(() => deploy.stop());
    const { stdout } = await drydock(["plan", "--url", deploy.url, "--limit", "1"], ACCOUNT);
    expect(stdout.match(/^1 left out: /gm)).toHaveLength(4);
    expect(stdout).not.toContain("press");
  });

  test("as JSON, with the same filters as in Slack", async () => {
    const deploy = await standin();
    const { stdout } = await drydock(["plan", "--json", "--tag=pci"], { ...ACCOUNT, DS_WEB_URL: deploy.url });
    expect(JSON.parse(stdout)).toMatchObject({
      readOnly: true,
      plan: { agents: [{ name: "secret-name" }], excluded: [] },
    });
  });
});

describe("probe", () => {
  test("finds nothing to say about a server that is as documented, and names nobody", async () => {
    const deploy = await standin();
    const { status, stdout } = await drydock(["probe", "--url", deploy.url], ACCOUNT);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^14 reads, 0 different from what Drydock expects\./);
    for (const secret of ["web-1", "secret-name", "7.2.3.1", "drydock@drydock.test", "127.0.0.1", "r-admin"])
      expect(stdout).not.toContain(secret);
    expect([...deploy.requests.keys()].filter((request) => !request.startsWith("GET "))).toEqual([]);
  });

  test("sends a refused login once: more could lock the account", async () => {
    const deploy = await standin();
    const { stdout } = await drydock(["probe", "--url", deploy.url], { ...ACCOUNT, DS_PASSWORD: "wrong" });
    expect(stdout).toContain("not asked: the server refuses the account");
    expect([...deploy.requests]).toEqual([
      ["GET /", 1],
      ["GET /cli/agentCLI", 1],
    ]);
  });

  test("tells shape by shape what is different, with values masked", async () => {
    const server = createServer((request, response) => {
      const path = request.url?.split("?")[0];
      const owner = { "jane@example.com": "x", team: "t" };
      const agent = { id: 7, status: 3, relayId: null, owner, "jane@example.com": 1, description: "hidden-agent" };
      const status = path === "/cli/relay" ? 401 : path === "/cli/agentCLI/info" ? 403 : 200;
      response.writeHead(status, { "content-type": "application/json;charset=utf-8" });
      response.end(path === "/cli/agentCLI" ? JSON.stringify([agent]) : path === "/" ? "<html>welcome</html>" : "oops");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ends.push(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { stdout } = await drydock(["probe", "--url", url, "--json"], ACCOUNT);
    const { calls } = JSON.parse(stdout) as { calls: { call: string; differences: string[]; unread: string[] }[] };
    const found = (call: string) => calls.find((candidate) => candidate.call === call);
    const differences = (call: string) => found(call)?.differences;
    expect(differences("GET /cli/agentCLI")).toEqual([
      "has no [].name, which Drydock needs",
      "[].id is number, not string",
      "[].status is number, not string or null",
    ]);
    expect(found("GET /cli/agentCLI")?.unread).toEqual([
      "[].owner (object)",
      "[].(masked) (number)",
      "[].description (string)",
    ]);
    expect(differences("GET /cli/relay")).toEqual(["answered 401, not 200"]);
    expect(differences("GET /cli/workflowTrace/currentActivity")).toEqual(["is not JSON"]);
    expect(differences("GET / (front page, without credentials)")?.[0]).toContain("neither of the two known shapes");
    for (const secret of ["hidden-agent", "jane@example.com", "welcome", "127.0.0.1"])
      expect(stdout).not.toContain(secret);
  });
});

describe("config", () => {
  test("check: right, wrong with every problem, and the file by itself", async () => {
    const file = join(directory, "drydock.yml");
    writeFileSync(
      file,
      "servers:\n  prod: {url: https://deploy.example.com, approvals: 0, slotz: 3}\nslack: {wrd: x}\n",
    );
    const wrong = await drydock(["config", "check", "--config", file]);
    expect([wrong.status, wrong.stdout]).toEqual([1, ""]);
    expect(wrong.stderr).toContain('servers.prod.slotz: there is no setting "slotz" here. Did you mean slots?');
    expect(wrong.stderr).toContain("SLACK_BOT_TOKEN: missing");
    writeFileSync(file, "servers:\n  prod: {url: https://ucd.corp.test, approvals: 0, mode: live}\n");
    expect((await drydock(["config", "check", "-c", file])).status).toBe(1);
    expect((await drydock(["config", "check", "--file-only", "-c", file])).stdout).toContain(
      "is right. Drydock did not look at the environment.",
    );
    writeFileSync(file, "servers:\n  prod: {url: http://ucd.corp.test, approvals: 0}\n");
    expect((await drydock(["config", "check", "--file-only", "-c", file])).stdout).toContain(
      "prod uses http: its credentials cross the network unencrypted.",
    );
    writeFileSync(file, "servers:\n  prod: {url: https://ucd.corp.test, approvals: 0, mode: live}\n");
    const env = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1", DS_AUTH_TOKEN: "t" };
    const right = await drydock(["config", "check", "-c", file], env);
    expect([right.status, right.stdout]).toEqual([0, expect.stringContaining("Servers: prod (live).")]);
  });

  test("schema: what is committed is what the source says, and it judges as Drydock does", async () => {
    const { stdout } = await drydock(["config", "schema"]);
    expect(JSON.parse(readFileSync("drydock.schema.json", "utf8"))).toEqual(JSON.parse(stdout));
    const judge = new Ajv2020({ strict: false }).compile(JSON.parse(stdout) as object);
    const example = parse(readFileSync("drydock.example.yml", "utf8")) as { servers: { prod: object } };
    expect([judge(example), judge.errors]).toEqual([true, null]);
    expect(judge({ ...example, slak: {} })).toBe(false);
    expect(judge({ servers: { prod: { ...example.servers.prod, slots: 11 } } })).toBe(false);
    expect(judge({ servers: { prod: { ...example.servers.prod, whenBusy: "never" } } })).toBe(false);
  });
});

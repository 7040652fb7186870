import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { DEFAULT_DIRECTORY } from "../../playground/deploy/people.ts";
import { startDeploy } from "../../playground/deploy/start-deploy.ts";
import { createUrbanCode } from "../../src/adapters/urbancode/urbancode.ts";
import { type Meter, NO_METER } from "../../src/core/meter.ts";
import { Secret } from "../../src/core/secret.ts";
import { CLOSED } from "../../src/core/server-trouble.ts";
import type { UrbanCode } from "../../src/model/deploy-server.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { keepLog } from "../support/silent-log.ts";

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function connect(
  url: string,
  credentials: Parameters<typeof createUrbanCode>[0]["credentials"] = {
    kind: "basic",
    user: "drydock",
    password: "dry-dock-password",
  },
  clock = systemClock,
  requestDeadline = 30_000,
  meter = NO_METER,
): UrbanCode {
  const client = createUrbanCode(
    { name: "prod", url, credentials, requestDeadline },
    { clock, random: systemRandom, log: keepLog(), meter },
  );
  ends.push(() => client.close());
  return client;
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("against the stand-in server", () => {
  async function standin(options: Parameters<typeof startDeploy>[0] = {}) {
    const deploy = await startDeploy({
      agents: [
        { name: "web-1", tags: ["pci"] },
        { name: "new", status: null },
        { name: "rec", status: "UPGRADE_RECOMMND" },
        { name: "odd", status: "SLEEPING" },
      ],
      ...options,
    });
    ends.push(() => deploy.stop());
    return { deploy, client: connect(deploy.url) };
  }

  test("reads the fleet, with every spelling of a status", async () => {
    const { client } = await standin();
    const agents = await client.list();
    expect(agents.map(({ name, status }) => [name, status])).toEqual([
      ["web-1", "upgrade-required"],
      ["new", "never-contacted"],
      ["rec", "upgrade-recommended"],
      ["odd", "unknown"],
    ]);
    expect(agents[0]).toMatchObject({ version: "6.2.7.1.960390", tags: ["pci"], active: true });
    expect(await client.statuses()).toEqual(
      new Map([
        ["upgrade-required", 1],
        ["offline", 1],
        ["upgrade-recommended", 1],
        ["unknown", 1],
      ]),
    );
  });

  test("has a connection tested, once, and tells the server's own words", async () => {
    const { deploy, client } = await standin();
    const [web] = await client.list();
    expect(await client.testConnection(web?.id ?? "")).toBe("");
    expect(deploy.requests.get("PUT /cli/agentCLI/test")).toBe(1);
    await expect(client.testConnection("nobody")).rejects.toMatchObject({ fault: "not-found" });
    let asked = 0;
    const url = await listen((request, response) => {
      asked += 1;
      response.writeHead(asked === 1 ? 500 : 200, { "content-type": "text/plain" });
      response.end(
        asked === 1 ? "no route" : `JMS ok\nHTTP ok${asked === 2 ? "" : ` ${request.headers.authorization}`}`,
      );
    });
    const other = connect(url);
    await expect(other.testConnection("a")).rejects.toMatchObject({ fault: "failing" });
    expect(await other.testConnection("a")).toBe("JMS ok HTTP ok");
    expect(asked).toBe(2);
    const repeated = await other.testConnection("a");
    expect(repeated).toContain("[secret]");
    expect(repeated).not.toContain(Buffer.from("drydock:dry-dock-password").toString("base64"));
  });

  test("reads the maintenance mode and the relays", async () => {
    const { deploy, client } = await standin({
      agents: [{ name: "web-1", relayId: "r-1" }],
      serverVersion: "7.0.5.2.1050384",
    });
    deploy.conditions.maintenance = true;
    expect(await client.settings()).toEqual({ maintenance: true, inactiveLinks: false });
    deploy.conditions.inactiveLinks = true;
    expect((await client.settings()).inactiveLinks).toBe(true);
    expect(await client.relays()).toEqual([
      {
        id: "r-1",
        name: "r-1",
        up: true,
        version: "7.0.5.2.1050384",
        hostname: "r-1.example.com",
        totalAgents: 1,
        activeAgents: 1,
        lastContact: expect.any(Number),
        communication: "JMS",
      },
    ]);
    deploy.conditions.relaysHidden = true;
    expect(await client.relays()).toEqual([]);
    deploy.conditions.unreported = ["tags"];
    expect((await client.list())[0]?.tags).toBeUndefined();
  });

  test.each(["6.2.7.1.960390", "7.0.5.2.1050384", "7.0.6.0.1", "7.2.3.1.1150420"])(
    "reads the inactive agents of a server at %s beside the others",
    async (serverVersion) => {
      const { client } = await standin({
        agents: [{ name: "web-1" }, { name: "old-1", active: false }],
        serverVersion,
      });
      expect((await client.list()).map(({ name, active }) => [name, active])).toEqual([["web-1", true]]);
      const inactive = await client.listInactive(serverVersion);
      expect(inactive.map(({ name, active }) => [name, active])).toEqual([["old-1", false]]);
    },
  );

  test("asks for inactive agents as the server's version has it; what is listed there without a word is inactive", async () => {
    const asked: string[] = [];
    const url = await listen((request, response) => {
      asked.push(request.url ?? "");
      response.end('[{"id":"a","name":"a"},{"id":"b","name":"b","active":true}]');
    });
    const client = connect(url);
    for (const version of [undefined, "6.2.7.1.9", "7.0.6.1.9"])
      expect((await client.listInactive(version)).map(({ active }) => active)).toEqual([false, true]);
    const both = "/cli/agentCLI?active=false&inactive=true";
    expect(asked).toEqual([both, both, "/cli/agentCLI?active=false"]);
  });

  test("a server from 7.1 on has no word on inactive agents", async () => {
    const { client, deploy } = await standin({ serverVersion: "7.1.0.0.1" });
    deploy.conditions.inactiveLinks = true;
    expect((await client.settings()).inactiveLinks).toBeUndefined();
  });

  test("reads one property of an agent, and none where there is none or it may not be seen", async () => {
    const { client, deploy } = await standin({ agents: [{ name: "mf-1", os: "z/OS" }, { name: "web-1" }] });
    const [mainframe, web] = deploy.fleet.agents.values();
    expect(await client.property(mainframe?.id ?? "", "sys.os.name")).toBe("z/OS");
    expect(await client.property(web?.id ?? "", "sys.os.name")).toBeUndefined();
    expect(await client.property("nobody", "sys.os.name")).toBeUndefined();
    const failing = connect(await listen((_request, response) => response.writeHead(503).end("no")));
    await expect(failing.property("a", "sys.os.name")).rejects.toMatchObject({ fault: "failing" });
  });

  test.each([
    [403, "You may not see this", "denied"],
    [500, "null", "denied"],
    [500, "Could not execute JDBC bulk manipulation query", "failing"],
    [500, "Transaction was rolled back", "failing"],
  ])("a property is not missing if the server answers %i %s", async (status, body, fault) => {
    const client = connect(await listen((_request, response) => response.writeHead(status).end(body)));
    await expect(client.property("a", "sys.os.name")).rejects.toMatchObject({ fault, status });
  });

  test("reads how an agent talks and when it was last heard of", async () => {
    const listed = [
      { id: "a", name: "a", communicationVersion: "JMS", lastContact: 1_700_000_000_000 },
      { id: "b", name: "b" },
    ];
    const url = await listen((_request, response) => response.end(JSON.stringify(listed)));
    const [told, silent] = await connect(url).list();
    expect(told).toMatchObject({ communication: "JMS", lastContact: 1_700_000_000_000 });
    expect(silent).toMatchObject({ communication: undefined, lastContact: undefined });
  });

  test("reads an agent that is listed twice as one, as it was listed last", async () => {
    const listed = ["1", "2"].map((version) => ({ id: "a", name: "a", status: "ONLINE", version }));
    const url = await listen((_request, response) => response.end(JSON.stringify(listed)));
    expect((await connect(url).list()).map(({ id, version }) => [id, version])).toEqual([["a", "2"]]);
  });

  test("reads the server's clock off an answer, also where it is not this machine's", async () => {
    const { client, deploy } = await standin();
    const apart = async () => ((await client.serverTime()) ?? 0) - Date.now();
    expect(Math.abs(await apart())).toBeLessThan(5_000);
    deploy.conditions.clockAhead = 600_000;
    expect(Math.abs((await apart()) - 600_000)).toBeLessThan(5_000);
    const silent = await listen((_request, response) => {
      response.sendDate = false;
      response.end("no date");
    });
    expect(await connect(silent).serverTime()).toBeUndefined();
    const failing = connect(await listen((_request, response) => response.writeHead(503).end("no")));
    await expect(failing.serverTime()).rejects.toMatchObject({ fault: "failing" });
  });

  test("reads where an agent works", async () => {
    const { client, deploy } = await standin({ agents: [{ name: "web-1", workingDirectory: "D:\\agent\\var\\work" }] });
    const [web] = deploy.fleet.agents.values();
    expect((await client.info(web?.id ?? "")).workingDirectory).toBe("D:\\agent\\var\\work");
  });

  test.each(["script", "product"] as const)("finds the version in the front page (%s)", async (page) => {
    const { client } = await standin({ page, serverVersion: "8.0.1.2.99" });
    expect(await client.version()).toBe("8.0.1.2.99");
  });

  test("reads rights, users, teams and roles", async () => {
    const { client, deploy } = await standin();
    const [agent] = deploy.fleet.agents.values();
    const detail = await client.info(agent?.id ?? "");
    expect(detail.teams).toEqual([{ teamId: "t-web", teamName: "Web", roleId: undefined }]);
    expect(detail.callerRights.get("Upgrade Agents")).toBe(true);
    expect(await client.usersByEmail("twin@drydock.test")).toHaveLength(2);
    expect(await client.user("dave")).toMatchObject({
      id: "u-dave",
      active: true,
      groups: [{ id: "g-oncall", name: "oncall" }],
    });
    expect((await client.user("gone")).active).toBe(false);
    expect((await client.user("locked")).active).toBe(false);
    expect(await client.roleMappings("u-bob")).toEqual([
      { teamId: "t-web", teamName: "Web", roleId: "r-upgrader", roleName: "Agent Upgrader" },
    ]);
    expect(await client.teamMappings()).toContainEqual({
      teamId: "t-data",
      teamName: "Data",
      roleId: "r-upgrader",
      roleName: "Agent Upgrader",
      userId: undefined,
      groupId: "g-oncall",
    });
    expect((await client.role("r-viewer")).actions).toEqual([{ name: "View Agents", agentTypeId: undefined }]);
  });

  test("takes a token, and says what the server said where it is refused", async () => {
    const { deploy } = await standin();
    expect(await connect(deploy.url, { kind: "token", token: deploy.token }).list()).toHaveLength(4);
    const wrong = connect(deploy.url, { kind: "token", token: "not-the-token" });
    await expect(wrong.list()).rejects.toMatchObject({
      fault: "denied",
      status: 401,
      message: expect.stringContaining("You must be logged in"),
    });
    await expect(wrong.list()).rejects.not.toMatchObject({ message: expect.stringContaining("not-the-token") });
    await expect(connect(deploy.url).info("dummy")).rejects.toMatchObject({
      fault: "not-found",
      message: expect.stringContaining("No agent with id/name dummy"),
    });
  });

  test("acts as somebody else with a token of theirs, while its own account stays what it is", async () => {
    const users = DEFAULT_DIRECTORY.users.map((user) =>
      user.name === "bob" ? { ...user, token: "bobs-own-token" } : user,
    );
    const { client, deploy } = await standin({
      agents: [{ name: "a" }, { name: "b" }],
      directory: { ...DEFAULT_DIRECTORY, users },
    });
    const [a = "", b = ""] = [...deploy.fleet.agents.keys()];
    const bob = client.as(new Secret("bobs-own-token"));
    ends.push(() => bob.close());
    expect((await bob.info(a)).callerRights.get("Delete")).toBe(false);
    expect((await client.info(a)).callerRights.get("Delete")).toBe(true);
    expect(await bob.trigger(a)).toEqual({ kind: "accepted", status: 200 });
    expect(await client.trigger(b)).toEqual({ kind: "accepted", status: 200 });
    expect(deploy.fleet.triggers.map(({ user }) => user)).toEqual(["bob", "drydock"]);
    await expect(client.as(new Secret("nobodys")).user("bob")).rejects.toMatchObject({ fault: "denied", status: 401 });
  });

  test("triggers, and tells a refusal from what may have happened", async () => {
    const { client, deploy } = await standin({
      agents: [
        { name: "a" },
        { name: "b", fault: "refused" },
        { name: "c", fault: "reply-lost" },
        { name: "d", fault: "reply-held" },
        { name: "e", fault: "burst-5xx" },
      ],
    });
    const [a, b, c, d, e] = [...deploy.fleet.agents.keys()];
    expect(await client.trigger(a ?? "")).toEqual({ kind: "accepted", status: 200 });
    expect(await client.trigger(b ?? "")).toMatchObject({
      kind: "refused",
      status: 400,
      text: expect.stringContaining("air-agentupgrade.jar"),
    });
    expect(await client.trigger(c ?? "")).toMatchObject({ kind: "uncertain" });
    const impatient = connect(deploy.url, undefined, systemClock, 500);
    expect(await impatient.trigger(d ?? "")).toMatchObject({ kind: "uncertain", text: "TimeoutError" });
    expect(await client.trigger(e ?? "")).toMatchObject({ kind: "uncertain", text: expect.stringContaining("503") });
    expect(deploy.fleet.triggers.map(({ agent }) => agent)).toEqual([a, c, d]);
  });

  test("where /security is hidden it is a denial", async () => {
    const { client } = await standin({ securityHidden: true, directory: DEFAULT_DIRECTORY });
    await expect(client.roleMappings("u-bob")).rejects.toMatchObject({ fault: "denied", status: 403 });
  });
});

describe("against servers that misbehave", () => {
  test("reads are tried three times and no more; 409 too; a denial is not repeated", async () => {
    const counts = new Map<string, number>();
    const url = await listen((request, response) => {
      const n = (counts.get(request.url ?? "") ?? 0) + 1;
      counts.set(request.url ?? "", n);
      if (request.url === "/cli/agentCLI") response.writeHead(n < 3 ? 409 : 200).end("[]");
      else if (request.url?.startsWith("/cli/agentCLI/statuses")) response.writeHead(503).end("down");
      else response.writeHead(400).end("User lacks View Agents");
    });
    const client = connect(url);
    expect(await client.list()).toEqual([]);
    await expect(client.statuses()).rejects.toMatchObject({ fault: "failing", status: 503 });
    await expect(client.info("x")).rejects.toMatchObject({
      fault: "denied",
      message: 'prod answered 400 to "info of an agent": "User lacks View Agents"',
    });
    expect([...counts.values()]).toEqual([3, 3, 1]);
  });

  test("while a server fails everything, reads are not repeated; one answer of any kind ends that", async () => {
    let asked = 0;
    const url = await listen((request, response) => {
      asked += 1;
      response.writeHead(request.url === "/cli/agentCLI" ? 400 : 503).end("no");
    });
    const client = connect(url);
    const count = async (reads: number) => {
      const before = asked;
      await Promise.allSettled(Array.from({ length: reads }, () => client.info("1")));
      return asked - before;
    };
    expect(await count(10)).toBe(30);
    expect(await count(10)).toBe(10);
    await expect(client.list()).rejects.toMatchObject({ fault: "denied" });
    expect(await count(1)).toBe(3);
  });

  test("HTML, other shapes and agents without an id are no answer, or no agents", async () => {
    const bodies: Record<string, string> = {
      "/cli/agentCLI":
        '[{"name":"no id"},{"id":"1","name":"a\\u0000b","status":"ONLINE","tags":["x",{"name":"y"}],"version":null}]',
      "/cli/team/infoAll": "<html>login</html>",
      "/cli/agentCLI/statuses": "[1]",
    };
    const url = await listen((request, response) => response.writeHead(200).end(bodies[request.url ?? ""]));
    const client = connect(url);
    expect(await client.list()).toMatchObject([{ id: "1", status: "online", version: undefined, tags: ["x", "y"] }]);
    await expect(client.teamMappings()).rejects.toMatchObject({ fault: "not-the-api" });
    await expect(client.statuses()).rejects.toMatchObject({ fault: "unreadable" });
  });

  test("an answer about another agent is no answer", async () => {
    const url = await listen((_request, response) => response.end('{"id":"2","name":"b","status":"ONLINE"}'));
    await expect(connect(url).info("1")).rejects.toMatchObject({
      fault: "unreadable",
      message: 'prod answered "info of an agent" about another one.',
    });
  });

  test.each([
    ["info of a user", '{"id":"u-2","name":"bob"}', (client: UrbanCode) => client.user("u-1")],
    ["actions of a role", '{"id":"r-2","name":"Operator"}', (client: UrbanCode) => client.role("r-1")],
  ])("nor is %s about another one", async (what, body, ask) => {
    const url = await listen((_request, response) => response.end(body));
    await expect(ask(connect(url))).rejects.toMatchObject({
      fault: "unreadable",
      message: expect.stringContaining(what),
    });
  });

  test("a user or a role that is asked for by its name may be answered in another case", async () => {
    const url = await listen((_request, response) => response.end('{"id":"1","name":"Alice"}'));
    const client = connect(url);
    expect([(await client.user("alice")).id, (await client.role("ALICE")).id]).toEqual(["1", "1"]);
  });

  test("one row that cannot be read hides no other, and gives no right", async () => {
    const role = { id: "r", name: "Operator" };
    const teams = [
      { id: 7, roleMappings: [{ user: { id: "u" }, role }] },
      {
        id: "t",
        roleMappings: [
          { user: { id: 8 }, role },
          { user: { id: "u" }, role: "all" },
          { user: { id: "u" }, role },
        ],
      },
    ];
    const actions = [{ action: { name: "Delete" }, resourceRole: { id: 9 } }, { action: { name: "View Agents" } }];
    const bodies: Record<string, unknown> = {
      "/cli/agentCLI": [{ id: 1, name: "numeric" }, { name: "none" }, { id: "a", name: "a" }],
      "/cli/relay": [{ id: 1, name: "numeric" }, { name: "none" }, { id: "r1", name: "r1" }],
      "/cli/team/infoAll": teams,
      "/security/user/roleMappings/u": [{ id: "t" }, { id: "t", roleMapping: { role } }],
      "/security/role/r": { ...role, actionMappings: actions },
    };
    const url = await listen((request, response) => response.end(JSON.stringify(bodies[request.url ?? ""])));
    const client = connect(url);
    expect([(await client.list()).map(({ id }) => id), client.nameless()]).toEqual([["a"], 2]);
    expect((await client.relays()).map(({ id }) => id)).toEqual(["r1"]);
    expect(await client.teamMappings()).toMatchObject([{ teamId: "t", userId: "u", roleId: "r" }]);
    expect(await client.roleMappings("u")).toMatchObject([{ teamId: "t", roleId: "r" }]);
    expect((await client.role("r")).actions).toEqual([{ name: "View Agents", agentTypeId: undefined }]);
  });

  test("a list of which no row can be read is no list without rows", async () => {
    const client = connect(await listen((_request, response) => response.end('[{"id":1}]')));
    await expect(client.relays()).rejects.toMatchObject({ fault: "unreadable" });
    await expect(client.teamMappings()).rejects.toMatchObject({ fault: "unreadable" });
  });

  test("an empty version, or the id of no relay, is none", async () => {
    const agent = '{"id":"1","name":"a","status":"ONLINE","version":" ","relayId":""}';
    const url = await listen((_request, response) => response.end(`[${agent}]`));
    expect(await connect(url).list()).toMatchObject([{ id: "1", version: undefined, relayId: undefined }]);
  });

  test("a signal ends a read at once; nobody there is said so", async () => {
    const url = await listen(() => {});
    const stop = new AbortController();
    const read = connect(url).list(stop.signal);
    stop.abort();
    await expect(read).rejects.toMatchObject({ fault: "unreachable" });
    const nobody = connect("http://127.0.0.1:1");
    await expect(nobody.version()).rejects.toMatchObject({
      fault: "unreachable",
      message: expect.stringContaining("the connection was refused"),
    });
    expect(await nobody.trigger("a")).toMatchObject({ kind: "unsent", trouble: { reason: "ECONNREFUSED" } });
  });

  test("twenty reads that are tried again may share one signal: Node takes that for no leak", async () => {
    const url = await listen((_request, response) => response.writeHead(503).end());
    const warnings: string[] = [];
    const note = ({ name }: Error) => warnings.push(name);
    process.on("warning", note);
    ends.push(() => process.off("warning", note));
    const client = connect(url);
    const stop = new AbortController();
    const reads = Array.from({ length: 20 }, (_, i) => client.info(`a-${i}`, stop.signal));
    const failed = await Promise.allSettled(reads);
    expect([failed.every(({ status }) => status === "rejected"), warnings]).toEqual([true, []]);
  });

  test("of a relay everything but its id and its name may be missing, or be something else", async () => {
    const odd = [
      { id: "r1", name: "r1" },
      { id: "r2", name: "r2", status: null, version: 7, totalAgents: "3", activeAgents: -1, lastContact: 1.5 },
    ];
    const url = await listen((_request, response) => response.writeHead(200).end(JSON.stringify(odd)));
    const relays = await connect(url).relays();
    expect(relays).toMatchObject([{ id: "r1" }, { id: "r2" }]);
    for (const { id: _id, name: _name, ...rest } of relays)
      expect(Object.values(rest).every((value) => value === undefined)).toBe(true);
  });

  test.each<readonly [string, Parameters<typeof connect>[1], readonly string[]]>([
    ["a token", { kind: "token", token: "a-token-of-somebody" }, ["a-token-of-somebody"]],
    ["a password", { kind: "basic", user: "drydock", password: "a long/pass+word" }, ["a long/pass+word", "a%20long"]],
  ])("what a server or a proxy sends back of %s is shown to nobody", async (_what, credentials, secrets) => {
    const url = await listen((request, response) => {
      const { authorization = "" } = request.headers;
      const pair = Buffer.from(authorization.replace("Basic ", ""), "base64").toString("utf8");
      const secret = secrets[0] ?? "";
      const body = `denied: ${authorization} ${pair} ${secret} ${encodeURIComponent(secret)}`;
      response.writeHead(request.url === "/cli/relay" ? 200 : 400).end(body);
    });
    const client = connect(url, credentials);
    const said = await Promise.all([
      client.info("x").catch((error: Error) => error.message),
      client.relays().catch((error: Error) => error.message),
      client.trigger("x").then((result) => JSON.stringify(result)),
    ]);
    for (const text of said) {
      expect(text).toContain("denied: Basic [secret]");
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
  });

  test("never more than ten requests at once", async () => {
    let open = 0;
    let most = 0;
    const url = await listen((_request, response) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        response.writeHead(200).end('{"id":"1","name":"a"}');
      });
    });
    const client = connect(url);
    await Promise.all(Array.from({ length: 60 }, () => client.info("1")));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(10);
  });

  test("the upgrade is put on the wire once, also when the server closes the connection under it", async () => {
    const puts: string[] = [];
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        const head = chunk.toString().split("\r\n")[0] ?? "";
        if (head.startsWith("PUT")) {
          puts.push(head);
          socket.destroy();
        } else {
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]");
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ends.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await client.list();
    expect(await client.trigger("a")).toEqual({
      kind: "uncertain",
      text: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/),
    });
    expect(await client.trigger("b")).toMatchObject({ kind: "uncertain" });
    expect(puts).toEqual(["PUT /cli/agentCLI/upgrade?agent=a HTTP/1.1", "PUT /cli/agentCLI/upgrade?agent=b HTTP/1.1"]);
  });

  test("an upgrade that waited for too long behind other requests is not sent", async () => {
    let monotonic = 0;
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    const url = await listen((request, response) => {
      asked.push(request.method ?? "");
      answers.push(() => response.writeHead(200).end('{"id":"1","name":"a"}'));
    });
    const client = connect(url, undefined, { ...systemClock, monotonic: () => monotonic });
    const reads = Array.from({ length: 10 }, () => client.info("1"));
    const waits = client.trigger("a", { notAfter: 10_000 });
    await expect.poll(() => answers.length).toBe(10);
    monotonic = 10_001;
    for (const answer of answers) answer();
    expect(await waits).toMatchObject({ kind: "unsent", late: true });
    await Promise.all(reads);
    expect(asked).not.toContain("PUT");
  });

  test("a client that is closed ends what runs and what waits, and counts none of it; an upgrade that waited was not sent", async () => {
    let asked = 0;
    const url = await listen(() => {
      asked += 1;
    });
    const counted: string[] = [];
    const meter = {
      ...NO_METER,
      serverRequest: (...[, kind]: Parameters<Meter["serverRequest"]>) => void counted.push(kind),
    };
    const client = connect(url, undefined, undefined, undefined, meter);
    const sent = client.trigger("a");
    const reads = Array.from({ length: 30 }, (_, i) => client.info(String(i)));
    await expect.poll(() => asked).toBe(10);
    const waits = client.trigger("b");
    const ended = Promise.allSettled(reads);
    await client.close();
    const closed = { kind: "no-answer", reason: CLOSED };
    for (const read of [...(await ended), ...(await Promise.allSettled([client.list()]))])
      expect(read).toMatchObject({ reason: { fault: "unreachable", trouble: closed } });
    expect(await waits).toMatchObject({ kind: "unsent", trouble: closed });
    expect(await sent).toEqual({ kind: "uncertain", text: CLOSED });
    expect(asked).toBe(10);
    expect(counted).toEqual([]);
  });

  test.each([
    ["its connection took too long", { monotonic: 10_001, wall: 10_001 }],
    ["the machine slept, and its monotonic clock stood still", { monotonic: 0, wall: 10_001 }],
  ])("not one byte of an upgrade is sent if %s", async (_why, later) => {
    const bytes: Buffer[] = [];
    let connections = 0;
    const server = createTcpServer((socket) => {
      connections += 1;
      socket.on("error", () => {});
      socket.on("data", (chunk) => bytes.push(chunk));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ends.push(() => server.close());
    let shown = { monotonic: 0, wall: 0 };
    const clock = { ...systemClock, monotonic: () => shown.monotonic, now: () => shown.wall };
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, undefined, clock);
    const result = client.trigger("a", { notAfter: 10_000 });
    // The queue takes turns of the microtask queue alone. No connection stands before the event loop goes on.
    for (let i = 0; i < 50; i += 1) await Promise.resolve();
    shown = later;
    expect(await result).toMatchObject({ kind: "unsent", late: true });
    await expect.poll(() => connections).toBe(1);
    expect(bytes).toEqual([]);
  });
});

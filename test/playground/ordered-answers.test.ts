import { afterEach, describe, expect, test } from "vitest";
import { wallClock } from "../../playground/clock.ts";
import { ANSWER_KINDS } from "../../playground/deploy/ordered-answers.ts";
import { type DeployStandin, start, stopAll } from "../support/deploy-standin.ts";

afterEach(stopAll);

const LIST = "/cli/agentCLI";

async function askPlainly(deploy: DeployStandin, path: string, method = "GET") {
  const authorization = `Basic ${Buffer.from("drydock:dry-dock-password").toString("base64")}`;
  const response = await fetch(deploy.url + path, { method, headers: { authorization }, redirect: "manual" });
  const { status, headers } = response;
  return { status, type: headers.get("content-type")?.split(";")[0], headers, body: await response.text() };
}

const upgrade = (deploy: DeployStandin, agent: string) =>
  askPlainly(deploy, `/cli/agentCLI/upgrade?agent=${agent}`, "PUT");

describe("answers on order", () => {
  test.each([
    ["login-page", 200, "text/html"],
    ["redirect", 302, "text/html"],
    ["unauthorized", 401, "text/plain"],
    ["timeout", 408, "text/plain"],
    ["conflict", 409, "text/plain"],
    ["too-early", 425, "text/plain"],
    ["too-many", 429, "text/plain"],
    ["unexpected-type", 200, "application/xml"],
  ] as const)("%s: reads and upgrades get it, each on its own order", async (kind, status, type) => {
    const deploy = await start();
    deploy.answer({ kind, to: "reads", times: 1 });
    expect(await askPlainly(deploy, LIST)).toMatchObject({ status, type });
    expect(await askPlainly(deploy, LIST)).toMatchObject({ status: 200, type: "application/json" });
    deploy.answer({ kind, to: "upgrades" });
    expect(await upgrade(deploy, "web-1")).toMatchObject({ status, type });
    expect(await upgrade(deploy, "web-1")).toMatchObject({ status, type });
    expect((await askPlainly(deploy, "/cli/agentCLI/test?agent=web-1", "PUT")).status).toBe(200);
    expect(deploy.fleet.triggers).toEqual([]);
    deploy.answer({ kind: "none", to: "upgrades" });
    expect((await upgrade(deploy, "web-1")).status).toBe(200);
    expect(deploy.fleet.triggers).toHaveLength(1);
  });

  test("a redirect leads to a login page, Retry-After is there if it was ordered, and a page can follow what was done", async () => {
    const deploy = await start();
    deploy.answer({ kind: "redirect", to: "reads", times: 1 });
    expect((await askPlainly(deploy, LIST)).headers.get("location")).toBe("https://sso.example.com/login");
    deploy.answer({ kind: "too-many", to: "reads", times: 1, retryAfter: 7 });
    expect((await askPlainly(deploy, LIST)).headers.get("retry-after")).toBe("7");
    deploy.answer({ kind: "too-many", to: "reads", times: 1 });
    expect((await askPlainly(deploy, LIST)).headers.get("retry-after")).toBeNull();
    deploy.answer({ kind: "login-page", to: "upgrades", times: 1, taken: true });
    expect((await upgrade(deploy, "web-1")).type).toBe("text/html");
    expect(deploy.fleet.triggers).toHaveLength(1);
  });

  test("a slow one is the server's own, later", async () => {
    const waits: { ms: number; task: () => void }[] = [];
    const after = (ms: number, task: () => void) => {
      waits.push({ ms, task });
      return () => {};
    };
    const deploy = await start({ clock: { ...wallClock, after } });
    deploy.answer({ kind: "slow", to: "upgrades", seconds: 40 });
    const answer = upgrade(deploy, "web-1");
    await expect.poll(() => waits.map(({ ms }) => ms)).toEqual([40_000]);
    expect(deploy.fleet.triggers).toEqual([]);
    waits[0]?.task();
    expect((await answer).status).toBe(200);
  });

  test("can be ordered from outside; what cannot be is answered with a sentence", async () => {
    const deploy = await start();
    expect((await deploy.order("answer", { kind: "unauthorized", to: "reads", times: 2 })).status).toBe(200);
    expect((await deploy.ask(LIST)).status).toBe(401);
    const { status, json } = await deploy.order("answer", { kind: "teapot", to: "reads" });
    expect([status, json.error]).toEqual([
      400,
      `There is no answer "teapot". Known: none, ${ANSWER_KINDS.join(", ")}.`,
    ]);
    expect((await deploy.order("answer", { kind: "slow", to: "cats" })).status).toBe(400);
    expect((await deploy.order("answer", { kind: "slow", to: "reads", times: 0 })).status).toBe(400);
  });
});

describe("agents on order", () => {
  const listed = async (deploy: DeployStandin) =>
    (JSON.parse((await deploy.ask(LIST)).body) as { id: string; name: string; status: string | null }[]).map(
      ({ name, status }) => [name, status],
    );

  test.each(["UPGRADE", "INSTALLABLE", "FOO", null])("show the status %s", async (status) => {
    const deploy = await start();
    expect((await deploy.order("status", { agent: "web-1", status })).status).toBe(200);
    expect(await listed(deploy)).toEqual([
      ["web-1", status],
      ["db-1", "UPGRADE_REQUIRED"],
    ]);
  });

  test("are forgotten, or registered anew under another id", async () => {
    const deploy = await start();
    const id = deploy.fleet.find("web-1")?.id ?? "";
    const anew = String((await deploy.order("register-anew", { agent: "web-1" })).json.id);
    expect(anew).not.toBe(id);
    expect((await deploy.ask(`/cli/agentCLI/info?agent=${id}`)).status).toBe(404);
    expect(JSON.parse((await deploy.ask("/cli/agentCLI/info?agent=web-1")).body)).toMatchObject({ id: anew });
    await deploy.order("remove", { agent: "db-1" });
    expect(await listed(deploy)).toEqual([["web-1", "UPGRADE_REQUIRED"]]);
  });

  test("come back upgraded, and show the old status for a while longer", async () => {
    let now = 0;
    const clock = { ...wallClock, now: () => now };
    const deploy = await start({ agents: [{ name: "web-1", fault: "status-late" }], clock });
    await upgrade(deploy, "web-1");
    const seen = new Set<string>();
    for (let minute = 0; minute < 40; minute += 1) {
      now = minute * 60_000;
      const { status, version } = JSON.parse((await deploy.ask("/cli/agentCLI/info?agent=web-1")).body);
      seen.add(`${status} ${version}`);
    }
    const [old, target] = ["6.2.7.1.960390", "7.2.3.1.1150420"];
    expect([...seen]).toEqual([
      `UPGRADE_REQUIRED ${old}`,
      `OFFLINE ${old}`,
      `UPGRADE_REQUIRED ${target}`,
      `ONLINE ${target}`,
    ]);
  });
});

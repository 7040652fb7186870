import { afterEach, describe, expect, test } from "vitest";
import { wallClock } from "../../playground/clock.ts";
import { DEFAULT_DIRECTORY } from "../../playground/deploy/people.ts";
import { FAULTS, lifeAt, rollLife } from "../../playground/deploy/upgrade-life.ts";
import { start, stopAll } from "../support/deploy-standin.ts";

afterEach(stopAll);

describe("the stand-in server", () => {
  test.each([
    ["drydock:dry-dock-password", 200],
    ["PasswordIsAuthToken:dry-dock-token", 200],
    ['PasswordIsAuthToken:{"token":"dry-dock-token"}', 200],
    ["drydock:dry-dock-token", 401],
    ["drydock:wrong", 401],
    ["locked:", 401],
    ["PasswordIsAuthToken:wrong", 401],
  ])("takes the credentials %s: %i", async (user, status) => {
    const { ask } = await start();
    const answer = await ask("/cli/agentCLI", user);
    expect(answer.status).toBe(status);
    if (status === 401)
      expect(answer.body).toBe("Error 401: Unauthorized. You must be logged in or provide credentials.");
  });

  test.each([
    ["GET", "/cli/agentCLI/info?agent=dummy", 404, "No agent with id/name dummy"],
    ["GET", "/cli/agentCLI/info", 400, "agent"],
    ["POST", "/cli/agentCLI/upgrade?agent=web-1", 405, ""],
    ["GET", "/cli/nothing", 404, ""],
    ["GET", "/security/user/roleMappings/nobody", 500, ""],
  ])("%s %s is %i, in plain text", async (method, path, status, body) => {
    const { ask } = await start();
    const answer = await ask(path, undefined, method);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "text/plain"]);
    expect(answer.body).toContain(body);
  });

  test("shows agents to those who may view them, by team, group and subtype", async () => {
    const special = {
      id: "r-special",
      name: "Special",
      actions: [{ name: "View Agents", resourceRole: { id: "special", name: "Special" } }],
    };
    const directory = {
      ...DEFAULT_DIRECTORY,
      roles: [...DEFAULT_DIRECTORY.roles, special],
      teams: DEFAULT_DIRECTORY.teams.map((team) =>
        team.id === "t-data" ? { ...team, members: [...team.members, { user: "u-bob", role: "r-special" }] } : team,
      ),
    };
    const { ask } = await start({ directory });
    const names = async (user: string) =>
      (JSON.parse((await ask("/cli/agentCLI", user)).body) as { name: string }[]).map(({ name }) => name);
    expect(await names("alice:alice")).toEqual(["web-1", "db-1"]);
    expect(await names("bob:bob")).toEqual(["web-1", "db-1"]);
    expect(await names("dave:dave")).toEqual([]);
    const { security } = JSON.parse((await ask("/cli/agentCLI/info?agent=db-1", "bob:bob")).body) as {
      security: Record<string, boolean>;
    };
    expect([security["View Agents"], security["Edit Basic Settings"]]).toEqual([true, false]);
  });

  test("refuses an upgrade without rights, unless it is a server of the CVE", async () => {
    expect((await (await start()).ask("/cli/agentCLI/upgrade?agent=web-1", "carol:carol", "PUT")).status).toBe(400);
    const hole = await start({ unchecked: true });
    expect((await hole.ask("/cli/agentCLI/upgrade?agent=web-1", "carol:carol", "PUT")).status).toBe(200);
    expect(hole.fleet.triggers).toMatchObject([{ user: "carol", inFlight: 1 }]);
  });

  test("spells the recommended status in two ways, and pages the web list with two kinds of Content-Range", async () => {
    const agents = Array.from({ length: 5 }, (_, i) => ({ name: `a${i}`, status: "UPGRADE_RECOMMND" }));
    const newer = await start({ agents });
    expect(JSON.parse((await newer.ask("/cli/agentCLI/statuses")).body)).toEqual({ UPGRADE_RECOMMENDED: 5 });
    const page = await newer.ask(
      "/rest/agent?rowsPerPage=2&pageNumber=2&orderField=name&sortType=asc&filterFields=status&filterValue_status=UPGRADE_RECOMMND&filterType_status=eq",
    );
    expect([
      page.headers.get("content-range"),
      (JSON.parse(page.body) as { name: string }[]).map(({ name }) => name),
    ]).toEqual(["items 2-4/5", ["a2", "a3"]]);
    const older = await start({ agents, serverVersion: "6.2.7.1.960390" });
    expect((await older.ask("/rest/agent?rowsPerPage=10")).headers.get("content-range")).toBe("0-5/5");
  });

  test("counts what is in flight and what was asked twice, on a clock of the test", async () => {
    let now = 0;
    const { ask, fleet } = await start({ clock: { ...wallClock, now: () => now } });
    await ask("/cli/agentCLI/upgrade?agent=web-1", undefined, "PUT");
    await ask("/cli/agentCLI/upgrade?agent=web-1", undefined, "PUT");
    const [agent] = fleet.agents.values();
    expect([agent?.accepted, agent?.duplicates, fleet.maxInFlight]).toEqual([2, 1, 1]);
    now = 30 * 60_000;
    expect(JSON.parse((await ask("/cli/agentCLI/info?agent=web-1")).body)).toMatchObject({
      status: "ONLINE",
      version: "7.2.3.1.1150420",
    });
    expect(fleet.inFlight()).toBe(0);
  });

  test("every fault ends where it says", () => {
    const before = { status: "UPGRADE_REQUIRED", version: "1.0" };
    const ends = FAULTS.map((fault) => [
      fault,
      lifeAt(rollLife(before, "2.0", fault, 9), 3 * 3_600_000).status,
      lifeAt(rollLife(before, "2.0", fault, 9), 3 * 3_600_000).version,
    ]);
    expect(ends.filter(([, status, version]) => status !== "ONLINE" || version !== "2.0")).toEqual([
      ["never-offline", "UPGRADE_REQUIRED", "1.0"],
      ["never-back", "OFFLINE", "1.0"],
      ["back-old", "UPGRADE_REQUIRED", "1.0"],
      ["unchanged", "ONLINE", "1.0"],
      ["error-status", "ERROR", "1.0"],
    ]);
  });

  test("the same seed makes the same fleet", async () => {
    const fleets = await Promise.all([
      start({ agents: 300, seed: 4 }),
      start({ agents: 300, seed: 4 }),
      start({ agents: 300, seed: 5 }),
    ]);
    const [a, b, c] = await Promise.all(fleets.map(async ({ ask }) => (await ask("/cli/agentCLI")).body));
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });
});

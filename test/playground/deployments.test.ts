import { afterEach, describe, expect, test } from "vitest";
import { wallClock } from "../../playground/clock.ts";
import { type DeployStandin, start, stopAll } from "../support/deploy-standin.ts";

afterEach(stopAll);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CLI = "/cli/workflowTrace/currentActivity";
const REST = "/rest/workflow/currentActivity?rowsPerPage=250&orderField=startDate&sortType=desc";

/** A server whose clock the test moves. */
async function onClock(options: Parameters<typeof start>[0] = {}) {
  let now = 0;
  const deploy = await start({ ...options, clock: { ...wallClock, now: () => now } });
  return {
    deploy,
    at: (ms: number) => {
      now = ms;
    },
  };
}

async function read<T>(deploy: DeployStandin, path: string): Promise<T> {
  return JSON.parse((await deploy.ask(path)).body) as T;
}

describe("what runs now", () => {
  test("begins and ends, and has an agent by its kind", async () => {
    const { deploy, at } = await onClock({
      deployments: [
        { agent: "web-1", at: MINUTE, ms: 5 * MINUTE },
        { agent: "db-1", type: "generic", at: 2 * MINUTE, ms: MINUTE },
        { at: 2 * MINUTE, ms: MINUTE },
      ],
    });
    const kinds = async () =>
      (await read<{ processRequestType: string }[]>(deploy, CLI)).map((entry) => entry.processRequestType).sort();
    expect(await kinds()).toEqual([]);
    at(MINUTE);
    expect(await kinds()).toEqual(["component"]);
    at(2 * MINUTE);
    expect(await kinds()).toEqual(["application", "component", "generic"]);
    const web = { name: "web-1", id: expect.any(String) };
    expect(await read(deploy, REST)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ processRequestType: "component", agent: web }),
        expect.objectContaining({ resource: expect.objectContaining({ agent: { ...web, name: "db-1" } }) }),
        expect.not.objectContaining({ agent: expect.anything() }),
      ]),
    );
    at(6 * MINUTE);
    expect(await kinds()).toEqual([]);
  });

  test("either form may be missing, and agents may be left out", async () => {
    const { deploy } = await onClock();
    const { json } = await deploy.order("deployment", { agent: "web-1", minutes: 3 });
    expect(deploy.truth().deployments).toEqual([{ id: json.id, type: "component", agent: "web-1" }]);
    deploy.conditions.activityAgents = false;
    expect(JSON.stringify(await read(deploy, CLI))).not.toContain("web-1");
    deploy.conditions.activityForms = ["rest"];
    expect([(await deploy.ask(CLI)).status, (await deploy.ask(REST)).status]).toEqual([404, 200]);
    deploy.deployments.end(String(json.id));
    expect(await read(deploy, REST)).toEqual([]);
  });

  test("none begins on an agent that upgrades, and the truth knows who was triggered meanwhile", async () => {
    const { deploy, at } = await onClock({ deployments: [{ agent: "web-1", at: MINUTE, ms: HOUR }] });
    await deploy.ask("/cli/agentCLI/upgrade?agent=web-1", undefined, "PUT");
    at(MINUTE);
    expect(await read(deploy, CLI)).toEqual([]);
    deploy.deployments.begin({ agent: "db-1" });
    await deploy.ask("/cli/agentCLI/upgrade?agent=db-1", undefined, "PUT");
    expect(deploy.fleet.triggers.map(({ deploying }) => deploying)).toEqual([false, true]);
  });

  test("comes and goes by chance on a share of the agents, the same for the same seed", async () => {
    const fleets = [4, 4, 5].map((seed) => onClock({ agents: 100, deployments: 0.15, seed }));
    const runs = await Promise.all(
      (await Promise.all(fleets)).map(async ({ deploy, at }) => {
        const seen: unknown[] = [];
        for (const minutes of [10, 40, 90]) {
          at(minutes * MINUTE);
          seen.push(await read(deploy, CLI));
        }
        return JSON.stringify(seen);
      }),
    );
    expect(runs[0]).toBe(runs[1]);
    expect(runs[0]).not.toBe(runs[2]);
    expect(runs[0]).toContain("component");
  });
});

test("usage tells the day's most, renewed every ten minutes, whatever runs now", async () => {
  const { deploy, at } = await onClock({ deployments: [{ agent: "web-1", at: MINUTE, ms: MINUTE }] });
  const running = async () =>
    (await read<{ agentsrunningDeployments: number }>(deploy, "/cli/agentCLI/usage")).agentsrunningDeployments;
  expect(await running()).toBe(0);
  at(MINUTE);
  expect([await running(), (await read<unknown[]>(deploy, CLI)).length]).toEqual([0, 1]);
  at(11 * MINUTE);
  expect([await running(), (await read<unknown[]>(deploy, CLI)).length]).toEqual([1, 0]);
  at(23 * HOUR);
  expect(await running()).toBe(1);
  at(24 * HOUR);
  expect(await running()).toBe(0);
});

test("the front page sets a session cookie, the web list comes whole without a number of rows, and info has all its fields", async () => {
  const { deploy } = await onClock({ agents: 12 });
  const page = await fetch(`${deploy.url}/`);
  expect(page.headers.get("set-cookie")).toMatch(/^UCD_SESSION_KEY=/);
  expect(await read<unknown[]>(deploy, "/rest/agent")).toHaveLength(12);
  const [{ name = "" } = {}] = await read<{ name: string }[]>(deploy, "/cli/agentCLI");
  expect(Object.keys(await read<object>(deploy, `/cli/agentCLI/info?agent=${name}`))).toEqual(
    expect.arrayContaining([
      "security",
      "propSheet",
      "extendedSecurity",
      "securityResourceId",
      "dateCreated",
      "lastContact",
      "impersonationUseSudo",
    ]),
  );
});

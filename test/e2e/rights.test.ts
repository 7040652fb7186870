import { expect } from "vitest";
import {
  DEFAULT_DIRECTORY,
  type Directory,
  SYSTEM_TEAM,
  type Team,
  type User,
} from "../../playground/deploy/people.ts";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { until } from "../support/time.ts";

/** The default directory, in which a test can change who is who while Drydock runs. */
function changeable(): Directory & { users: User[]; teams: Team[] } {
  return { ...DEFAULT_DIRECTORY, users: [...DEFAULT_DIRECTORY.users], teams: [...DEFAULT_DIRECTORY.teams] };
}

const AGENTS = Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` }));
const ALL = Object.fromEntries(AGENTS.map(({ name }) => [name, "verified"]));

/** Alice's rollout with one agent at a time, once the first is in flight. */
async function oneInFlight(trial: E2e): Promise<void> {
  await trial.startRollout("U0ALICE", "upgrade-required --slots 1");
  await until("the first trigger", () => trial.deploy.fleet.triggers.length === 1);
}

/** Waits until Drydock has paused Alice's rollout on account of her rights, and what was in flight has ended. */
async function pausedForRights(trial: E2e): Promise<void> {
  const paused = await trial.event("rollout.prod-1", "rollout.paused");
  expect([paused.actor, paused.data.kind]).toEqual(["drydock", "rights"]);
  expect(renderText(await trial.message("prod-1/paused-1"))).toContain("<@U0ALICE>");
  await until("the one in flight to end", () => Object.keys(trial.outcomes("prod-1")).length === 1);
}

test(
  "rights lost after the start: the rollout waits, says so, and goes on with the rights of whoever continues it",
  needs("turn-clock"),
  async ({ start }) => {
    const directory = changeable();
    const trial = await start({ deploy: { agents: AGENTS, directory } });
    const { triggers } = trial.deploy.fleet;
    await oneInFlight(trial);
    directory.teams.splice(
      0,
      directory.teams.length,
      ...DEFAULT_DIRECTORY.teams.map((team) =>
        team.id === SYSTEM_TEAM
          ? { ...team, members: team.members.filter((member) => member.user !== "u-alice") }
          : team,
      ),
    );
    await pausedForRights(trial);
    expect(triggers).toHaveLength(1);
    trial.say("U0CAROL", "resume");
    await trial.told("U0CAROL", "error.no-permission");
    trial.say("U0BOB", "resume");
    await trial.told("U0BOB", "resumed");
    expect(await trial.ended("prod-1")).toEqual(ALL);
    expect(renderText(await trial.message("prod-1/end"))).toContain("<@U0BOB>");
  },
);

test(
  "an owner whose account is locked while it runs: the rollout waits, and they can still stop it",
  needs("turn-clock"),
  async ({ start }) => {
    const directory = changeable();
    const trial = await start({ deploy: { agents: AGENTS, directory } });
    await oneInFlight(trial);
    const at = directory.users.findIndex((user) => user.id === "u-alice");
    directory.users.splice(at, 1, { id: "u-alice", name: "alice", email: "alice@drydock.test", isLockedOut: true });
    await pausedForRights(trial);
    trial.say("U0ALICE", "resume");
    await trial.told("U0ALICE", "error.account-inactive");
    trial.say("U0ALICE", "stop");
    await trial.told("U0ALICE", "stopped");
    expect(trial.deploy.fleet.triggers).toHaveLength(1);
  },
);

test("where the server would allow it to anybody (CVE-2021-29711), Drydock still refuses", async ({ start }) => {
  const trial = await start({ deploy: { agents: AGENTS, unchecked: true } });
  trial.say("U0CAROL", "upgrade-required");
  const plan = await trial.told("U0CAROL", "plan");
  expect(plan).toMatch(/4.*Edit Basic Settings, Upgrade Agents/);
  expect(plan).not.toContain("[Start]");
});

test("a server that does not know Upgrade Agents does not have it asked for", async ({ start }) => {
  const roles = DEFAULT_DIRECTORY.roles.map((role) => ({
    ...role,
    actions: role.actions.filter(({ name }) => name !== "Upgrade Agents"),
  }));
  const directory = { ...DEFAULT_DIRECTORY, roles };
  const trial = await start({ deploy: { agents: AGENTS, knowsUpgradeAgents: false, directory } });
  await trial.startRollout();
  expect(await trial.ended("prod-1")).toEqual(ALL);
});

test("where nobody may read /security, roles come from the documented team call; without actions there are no rights", async ({
  start,
}) => {
  const trial = await start({ deploy: { agents: AGENTS, securityHidden: true } });
  trial.say("U0ALICE", "upgrade-required");
  await trial.told("U0ALICE", "error.rights-unreadable");
});

test("an account that was deleted and made again under the same name is somebody else", async ({ start }) => {
  const directory = changeable();
  const trial = await start({ deploy: { agents: AGENTS, directory } });
  trial.say("U0ALICE", "whoami");
  expect(await trial.told("U0ALICE", "whoami")).toContain("alice");
  const at = directory.users.findIndex((user) => user.id === "u-alice");
  directory.users.splice(at, 1, { id: "u-alice-again", name: "alice", email: "alice@drydock.test" });
  trial.say("U0ALICE", "upgrade-required");
  await trial.told("U0ALICE", "error.account-changed");
});

test("a server that is only observed is planned for, and nothing else", async ({ start }) => {
  const trial = await start({ deploy: { agents: AGENTS }, mode: "observe" });
  const plan = await trial.planOf("U0ALICE", "upgrade-required", "adjust");
  expect(renderText(plan)).toContain(AGENTS[0]?.name);
  expect(trial.carried(plan, "start")).toBeUndefined();
});

test("an explicit mapping makes somebody who they are; stop all stops everything that one may stop; the end is in order", async ({
  start,
}) => {
  const trial = await start({ deploy: { agents: AGENTS }, people: ["mapping: {U0ELSE: {prod: bob}}"] });
  trial.say("U0ELSE", "whoami");
  expect(await trial.told("U0ELSE", "whoami")).toContain("bob");
  await trial.startRollout("U0ELSE", "upgrade web-1 --slots 1");
  await trial.startRollout("U0ALICE", "upgrade web-2 web-3 web-4 --slots 1");
  await trial.event("rollout.prod-2", "rollout.started");
  trial.say("U0CAROL", "stop all");
  await trial.told("U0CAROL", "stopped");
  for (const rollout of ["rollout.prod-1", "rollout.prod-2"]) await trial.event(rollout, "rollout.stopped");
  expect(await trial.endBot()).toBe(0);
  await trial.startBot();
  await trial.ended("prod-2");
  expect([...trial.deploy.fleet.agents.values()].every((agent) => agent.duplicates === 0)).toBe(true);
});

test("a status asks a server once who the person is and what they may see", async ({ start }) => {
  const trial = await start({ deploy: { agents: [{ name: "web-1" }] } });
  const asked = (part: string) => {
    const calls = [...trial.deploy.requests].filter(([call]) => call.includes(part));
    return calls.reduce((sum, [, times]) => sum + times, 0);
  };
  trial.say("U0ALICE", "status");
  expect(await trial.told("U0ALICE", "status")).toContain("By team: Web 1.");
  expect(["/user/byEmail", "/user/info", "/roleMappings/"].map(asked)).toEqual([1, 1, 1]);
});

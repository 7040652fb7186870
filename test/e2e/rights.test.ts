import { afterEach, expect, test } from "vitest";
import {
  DEFAULT_DIRECTORY,
  type Directory,
  SYSTEM_TEAM,
  type Team,
  type User,
} from "../../playground/deploy/people.ts";
import {
  cardSays,
  renderText,
  startCompiled,
  startRollout,
  type Trial,
  threaded,
  told,
  until,
} from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

/** The default directory, in which a test can change who is who while Drydock runs. */
function changeable(): Directory & { users: User[]; teams: Team[] } {
  return { ...DEFAULT_DIRECTORY, users: [...DEFAULT_DIRECTORY.users], teams: [...DEFAULT_DIRECTORY.teams] };
}

const AGENTS = Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` }));

test("rights lost after the start: the rollout waits, says so, and goes on with the rights of whoever continues it", async () => {
  const directory = changeable();
  trial = await startCompiled({ deploy: { agents: AGENTS, directory, scale: 200 } });
  await trial.startBot();
  await startRollout(trial, "U0ALICE", "upgrade-required --slots 1");
  const { fleet } = trial.deploy;
  await until("the first trigger", () => fleet.triggers.length === 1);
  directory.teams.splice(
    0,
    directory.teams.length,
    ...DEFAULT_DIRECTORY.teams.map((team) =>
      team.id === SYSTEM_TEAM ? { ...team, members: team.members.filter((member) => member.user !== "u-alice") } : team,
    ),
  );
  expect(await threaded(trial, "prod-1 is paused")).toContain(
    "<@U0ALICE> prod-1 is paused: `Its owner alice does not hold View Agents, Edit Basic Settings, Upgrade Agents on prod any more.`",
  );
  await cardSays(trial, "1 of 4 upgraded, 3 waiting.");
  expect(fleet.triggers).toHaveLength(1);
  trial.slack.acts.slash("U0DAVE", "C0ONCALL", "resume");
  await told(trial, "U0DAVE", "dave may not upgrade 3 of the 3 agents that still wait in prod-1");
  trial.slack.acts.slash("U0BOB", "C0ONCALL", "resume");
  await told(trial, "U0BOB", "prod-1 goes on, with your rights: it is yours now.");
  expect(await threaded(trial, "prod-1 is finished", 60_000)).toContain(
    "<@U0BOB> prod-1 is finished: 4 of 4 upgraded.",
  );
});

test("an owner whose account is locked while it runs: the rollout waits, and they can still stop it", async () => {
  const directory = changeable();
  trial = await startCompiled({ deploy: { agents: AGENTS, directory, scale: 200 } });
  await trial.startBot();
  await startRollout(trial, "U0ALICE", "upgrade-required --slots 1");
  const { fleet } = trial.deploy;
  await until("the first trigger", () => fleet.triggers.length === 1);
  const at = directory.users.findIndex((user) => user.id === "u-alice");
  directory.users.splice(at, 1, { id: "u-alice", name: "alice", email: "alice@drydock.test", isLockedOut: true });
  expect(await threaded(trial, "prod-1 is paused")).toContain("Your account alice on prod is deleted or locked");
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "resume");
  await told(trial, "U0ALICE", "Your account alice on prod is deleted or locked, so you have no rights there.");
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "stop");
  await told(trial, "U0ALICE", "Stopped: prod-1");
  expect(fleet.triggers).toHaveLength(1);
});

test("where the server would allow it to anybody (CVE-2021-29711), Drydock still refuses", async () => {
  trial = await startCompiled({ deploy: { agents: AGENTS, unchecked: true } });
  await trial.startBot();
  trial.slack.acts.slash("U0CAROL", "C0ONCALL", "upgrade-required");
  const plan = renderText(
    await told(trial, "U0CAROL", "no permission 4: you lack Edit Basic Settings, Upgrade Agents on it"),
  );
  expect(plan).not.toContain("[Start]");
});

test("a server that does not know Upgrade Agents does not have it asked for", async () => {
  const directory = changeable();
  trial = await startCompiled({
    deploy: {
      agents: AGENTS,
      knowsUpgradeAgents: false,
      scale: 200,
      directory: {
        ...directory,
        roles: directory.roles.map((role) => ({
          ...role,
          actions: role.actions.filter(({ name }) => name !== "Upgrade Agents"),
        })),
      },
    },
  });
  await trial.startBot();
  await startRollout(trial);
  await cardSays(trial, "4 of 4 upgraded", 60_000);
});

test("where nobody may read /security, roles come from the documented team call; without actions there are no rights", async () => {
  trial = await startCompiled({ deploy: { agents: AGENTS, securityHidden: true } });
  await trial.startBot();
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "upgrade-required");
  await told(trial, "U0ALICE", "What you may do on prod could not be read, so it counts as nothing.");
});

test("an account that was deleted and made again under the same name is somebody else", async () => {
  const directory = changeable();
  trial = await startCompiled({ deploy: { agents: AGENTS, directory } });
  await trial.startBot();
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "whoami");
  await told(trial, "U0ALICE", "you are `alice`");
  const at = directory.users.findIndex((user) => user.id === "u-alice");
  directory.users.splice(at, 1, { id: "u-alice-again", name: "alice", email: "alice@drydock.test" });
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "upgrade-required");
  await told(trial, "U0ALICE", "the account found for you today is another one");
});

test("a server that is only observed is planned for, and nothing else", async () => {
  trial = await startCompiled({ deploy: { agents: AGENTS }, mode: "observe" });
  await trial.startBot();
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "upgrade-required");
  const plan = renderText(
    await told(trial, "U0ALICE", "prod is only observed: Drydock makes plans there and upgrades nothing."),
  );
  expect(plan).toContain("Upgrade 4 of 4 agents");
  expect(plan).not.toContain("[Start]");
});

test("an explicit mapping makes somebody who they are; stop all stops everything that one may stop; SIGTERM ends in order", async () => {
  trial = await startCompiled({ deploy: { agents: AGENTS, scale: 60 }, people: ["mapping: {U0ELSE: {prod: bob}}"] });
  await trial.startBot();
  trial.slack.acts.slash("U0ELSE", "C0ONCALL", "whoami");
  await told(trial, "U0ELSE", "you are `bob`, by the configured mapping.");
  await startRollout(trial, "U0ELSE", "upgrade web-1 --slots 1");
  await startRollout(trial, "U0ALICE", "upgrade web-2 web-3 web-4 --slots 1");
  await cardSays(trial, "prod-2: upgrading");
  trial.slack.acts.slash("U0CAROL", "C0ONCALL", "stop all");
  await told(trial, "U0CAROL", "Stopped: prod-1, prod-2");
  expect(await trial.endBot()).toBe(0);
  await trial.startBot();
  await threaded(trial, "prod-2 was stopped", 60_000);
  expect([...trial.deploy.fleet.agents.values()].every((agent) => agent.duplicates === 0)).toBe(true);
});

import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { wallClock } from "../../playground/clock.ts";
import { freePort } from "../../playground/free-port.ts";
import { buttonsOf } from "../../playground/slack/block-kit.ts";
import { TROUBLE } from "../../playground/slack/unanswered.ts";
import { SLACKBOT, type SlackMessage } from "../../playground/slack/workspace.ts";
import { inProcessStarter } from "../../playground/start-in-process.ts";
import type { RunningBot } from "../../playground/start-program.ts";
import { startTrial, type Trial, until } from "../../playground/trial.ts";
import { aDuty } from "../contract/duties.contract.ts";
import { openReplica as openNewerReplica } from "../support/duty-place.ts";
import { describe, usePostgres } from "../support/postgres.ts";
import { KEY, openReplica } from "../support/postgres-ledger.ts";

/** More than ten. */
const AGENTS = 15;
const NEW = "7.2.3.1.1150420";
const postgres = usePostgres();
const start = inProcessStarter(wallClock);
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Replicas {
  readonly trial: Trial;
  readonly url: string;
  /** By what it holds at first. */
  readonly slack: RunningBot;
  readonly server: RunningBot;
  /** Where they say whether they are ready. */
  readonly readiness: { readonly slack: string; readonly server: string };
}

/** Two replicas: the first one talks to Slack, the second one looks after the server. */
async function startReplicas(http = false): Promise<Replicas> {
  const url = await postgres.fresh();
  let startSecond: () => Promise<RunningBot> = () => Promise.reject(new Error("The first one does not run yet."));
  let slack: RunningBot | undefined;
  let said = "";
  const agents = Array.from({ length: AGENTS }, (_, i) => ({ name: `web-${i + 1}` }));
  const port = await freePort();
  const trial = await startTrial({
    deploy: { agents: [...agents, { name: "spare", status: "UPGRADE_RECOMMND" }], seed: 5, scale: 120 },
    env: { DATABASE_URL: url, DRYDOCK_LEDGER_KEY: KEY.toString() },
    health: true,
    http,
    async bot(config, env, log) {
      // As on another host: with a port of its own.
      const other = config.replace(/[^/]+$/, "other.yml");
      writeFileSync(other, readFileSync(config, "utf8").replace(/health: \{port: \d+\}/, `health: {port: ${port}}`));
      startSecond = () =>
        start(other, env, (text) => {
          said += text;
        });
      slack = await start(config, env, log);
      return slack;
    },
  });
  ends.push(() => trial.stop());
  await trial.startBot();
  const server = await startSecond();
  ends.push(() => server.end("SIGTERM"));
  await until("the second replica looks after the server", () => /"duty":"server:prod".*works at a duty/.test(said));
  if (!slack) throw new Error("The first replica does not run.");
  return { trial, url, slack, server, readiness: { slack: trial.healthUrl, server: `http://127.0.0.1:${port}` } };
}

/** What a replica answers to those who ask whether it is ready. */
async function readyz(url: string): Promise<{ readonly code: number; readonly status: string }> {
  const answer = await fetch(`${url}/readyz`);
  const { status } = (await answer.json()) as { readonly status: string };
  return { code: answer.status, status };
}

const keyOf = ({ metadata }: { readonly metadata?: unknown }): string =>
  String((metadata as { event_payload?: { key?: unknown } } | undefined)?.event_payload?.key ?? "");

/** The label of the message's button for this command; empty if it has none. */
function buttonOf({ blocks }: Pick<SlackMessage, "blocks">, command: string): string {
  return buttonsOf(blocks).find(({ action_id }) => action_id.endsWith(`:${command}`))?.label ?? "";
}

/** What Alice is shown after this command: the plan, once it can be started. */
function planOf({ slack: { acts, workspace } }: Trial, command: string): Promise<SlackMessage> {
  const from = workspace.messages.length;
  acts.slash("U0ALICE", "C0ONCALL", command);
  return until("a plan", () =>
    workspace.messages.slice(from).find((message) => message.only === "U0ALICE" && buttonOf(message, "start") !== ""),
  );
}

describe("two replicas on one database", () => {
  test.each(["server", "slack"] as const)(
    "upgrade each agent once, never above ten, though the one with the duty of the %s ends half-way",
    async (duty) => {
      const replicas = await startReplicas();
      const { trial, url, readiness } = replicas;
      const { acts, workspace } = trial.slack;
      const { fleet } = trial.deploy;
      const kept = await planOf(trial, "upgrade-recommended");
      const plan = await planOf(trial, "upgrade-required");
      acts.press("U0ALICE", plan, buttonOf(plan, "start"));
      const upgraded = () => [...fleet.agents.values()].filter((agent) => fleet.now(agent).version === NEW);
      await until("a third to be upgraded", () => upgraded().length >= AGENTS / 3);
      expect(upgraded().length).toBeLessThan(AGENTS);
      expect(await readyz(readiness.slack)).toEqual({ code: 200, status: "ready" });
      expect(await readyz(readiness.server)).toEqual({ code: 200, status: "standby" });
      const ended = replicas[duty].end("SIGTERM");
      acts.slash("U0BOB", "C0ONCALL", "status");
      await ended;
      const left = readiness[duty === "slack" ? "server" : "slack"];
      await expect.poll(() => readyz(left)).toEqual({ code: 200, status: "ready" });
      acts.slash("U0BOB", "C0ONCALL", "status");
      const toldBob = () => workspace.messages.filter(({ only }) => only === "U0BOB");
      await until("an answer to both", () => toldBob().length >= 2);
      const has = (key: string) => workspace.messages.some((message) => keyOf(message) === key);
      await until("the end of the rollout", () => has("prod-1/end"), 120_000);

      expect(upgraded()).toHaveLength(AGENTS);
      expect(fleet.maxInFlight).toBeLessThanOrEqual(10);
      expect([...fleet.agents.values()].filter(({ duplicates }) => duplicates > 0)).toEqual([]);
      const keys = workspace.messages.filter(({ deleted }) => !deleted).map(keyOf);
      const ofRollout = keys.filter((key) => key.startsWith("prod-1/"));
      expect(ofRollout).toEqual([...new Set(ofRollout)]);
      // The server was watched all the time.
      expect(ofRollout.filter((key) => key.includes("/back-"))).toEqual([]);
      const ledger = await openReplica(url);
      ends.push(() => ledger.close());
      const events = await ledger.since(0, 10_000);
      expect(events.filter(({ type }) => type === "upgrade.intended")).toHaveLength(AGENTS);
      // The first may have come while no replica talked to Slack; then Drydock or Slack asks to try again.
      const answers = events.flatMap(({ stream, type, data }) =>
        stream === "person.U0BOB" && type === "person.told" ? [data.key] : [],
      );
      expect(answers.length).toBeGreaterThan(0);
      expect(new Set(answers)).toEqual(new Set(["status"]));
      const shown = toldBob().filter(({ user }) => user !== SLACKBOT);
      expect(shown.length).toBeGreaterThanOrEqual(answers.length);
      expect(shown.length - answers.length).toBeLessThanOrEqual(1);

      // This plan was made by the replica that is gone: the other one makes it again, and says so.
      if (duty !== "slack") return;
      acts.press("U0ALICE", kept, buttonOf(kept, "start"));
      await until("an answer to the old plan's button", () =>
        workspace.messages.some(
          ({ only, blocks }) => only === "U0ALICE" && JSON.stringify(blocks).includes("no longer has the plan"),
        ),
      );
      expect(fleet.triggers).toHaveLength(AGENTS);
    },
  );

  test("over HTTP: the one that takes over takes Slack's requests, also a form that the other one had opened", async () => {
    const { trial, slack, readiness } = await startReplicas(true);
    const { acts, workspace } = trial.slack;
    const plan = await planOf(trial, "upgrade-required");
    acts.press("U0ALICE", plan, buttonOf(plan, "adjust"));
    const form = await until("the form", () =>
      [...workspace.views.values()].find(({ person }) => person === "U0ALICE"),
    );
    await slack.end("SIGTERM");
    await expect.poll(() => readyz(readiness.server)).toEqual({ code: 200, status: "ready" });
    const from = workspace.messages.length;
    const submit = () =>
      acts.endView(form.id, "view_submission", {
        reason: { "drydock:field:reason": { type: "plain_text_input", value: "patch night" } },
      });
    submit();
    const anew = await until("the plan again", () => {
      // Slack waits 3 s of the machine's time for an answer, and asks a person to try again.
      if (workspace.views.get(form.id)?.notice === TROUBLE) submit();
      return workspace.messages
        .slice(from)
        .find(({ blocks }) => JSON.stringify(blocks).includes("without your changes"));
    });
    expect(buttonOf(anew, "start")).not.toBe("");
    expect(trial.deploy.fleet.triggers).toEqual([]);
  });

  test("stand by, and are ready, while a replica with a newer ledger format has the duties", async () => {
    const { trial, url, readiness } = await startReplicas();
    const newer = openNewerReplica(url, { version: 99 });
    ends.push(() => newer.duties.close());
    const events: string[] = [];
    await newer.duties.run([aDuty("slack", events), aDuty("server:prod", events)]);
    await until("the newer one has both duties", () => events.length === 2);
    const both = () => Promise.all([readyz(readiness.slack), readyz(readiness.server)]);
    const standby = { code: 200, status: "standby" };
    await expect.poll(both).toEqual([standby, standby]);
    await until("Slack has no socket", () => trial.slack.sockets.sockets.size === 0);
  });
});

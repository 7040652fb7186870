import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { freePort } from "../../playground/free-port.ts";
import { buttonFor, keyOf } from "../../playground/messages.ts";
import { createReplica, type Replica } from "../../playground/replicas.ts";
import { SLACKBOT, type SlackMessage } from "../../playground/slack/workspace.ts";
import { programStarter } from "../../playground/start-program.ts";
import { startTrial, type Trial, until } from "../../playground/trial.ts";
import { nextVersion } from "../support/next-version.ts";
import { describe, usePostgres } from "../support/postgres.ts";
import { KEY } from "../support/postgres-ledger.ts";

/** More than are upgraded until all replicas are replaced: then the rollout is stopped. */
const AGENTS = 100;
const OLD = "dist/src/main.js";
const DUTIES = ["slack", "server:prod"];
const postgres = usePostgres();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Started extends Replica {
  /** Where it says whether it is ready. */
  readonly health: string;
}

interface Hosts {
  readonly trial: Trial;
  /** Starts a replica on a host of its own, and waits until it talks to Slack or stands by. */
  start(name: string, main: string): Promise<Started>;
  /** All that the replicas logged. */
  log(): readonly { readonly level: number; readonly msg: string }[];
}

async function openHosts(): Promise<Hosts> {
  let [config, said] = ["", ""];
  let env: Readonly<Record<string, string>> = {};
  const trial = await startTrial({
    deploy: { agents: Array.from({ length: AGENTS }, (_, i) => ({ name: `web-${i + 1}` })), seed: 5, scale: 150 },
    env: { DATABASE_URL: await postgres.fresh(), DRYDOCK_LEDGER_KEY: KEY.toString() },
    health: true,
    async bot(file, given) {
      [config, env] = [file, given];
      return { pid: undefined, end: async () => null };
    },
  });
  ends.push(() => trial.stop());
  await trial.startBot();
  return {
    trial,
    async start(name, main) {
      const port = await freePort();
      const folder = join(trial.directory, name);
      mkdirSync(folder);
      const file = join(folder, "drydock.yml");
      writeFileSync(file, readFileSync(config, "utf8").replace(/health: \{port: \d+\}/, `health: {port: ${port}}`));
      const replica = createReplica(name, programStarter(["node", main]));
      ends.push(replica.kill);
      await replica.start(file, env, (text) => {
        said += text;
      });
      return Object.assign(replica, { health: `http://127.0.0.1:${port}` });
    },
    log: () =>
      said
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line)),
  };
}

async function readiness({ health }: Started): Promise<unknown> {
  const { status } = (await (await fetch(`${health}/readyz`)).json()) as { readonly status: unknown };
  return status;
}

const has = (replica: Replica, duties: readonly string[]) => duties.every((duty) => replica.duties.has(duty));

/** Bob types `status` again and again, each time a moment after the one before is answered: all share the processor. */
function typeAllTheTime({
  slack: { acts, workspace },
}: Trial): () => Promise<{ readonly byDrydock: number; readonly bySlack: number }> {
  let isOver = false;
  const answers: SlackMessage[] = [];
  const typing = (async () => {
    while (!isOver) {
      const from = workspace.messages.length;
      acts.slash("U0BOB", "C0ONCALL", "status");
      answers.push(
        await until("an answer to Bob", () => workspace.messages.slice(from).find(({ only }) => only === "U0BOB")),
      );
      await setTimeout(200);
    }
  })();
  return async () => {
    isOver = true;
    await typing;
    const bySlack = answers.filter(({ user }) => user === SLACKBOT).length;
    return { byDrydock: answers.length - bySlack, bySlack };
  };
}

describe("replicas that get a version with a newer ledger format, one after the other, while a rollout runs", () => {
  test("upgrade each agent once, never more than ten at a time, answer people, and log no error", async () => {
    const { trial, start, log } = await openHosts();
    const { fleet } = trial.deploy;
    const { acts, workspace } = trial.slack;
    const next = nextVersion();
    ends.push(next.remove);
    const press = (message: SlackMessage, command: string) =>
      acts.press("U0ALICE", message, buttonFor(message, command)?.label ?? command);
    const shown = (what: string, fits: (message: SlackMessage) => boolean) =>
      until(what, () => workspace.messages.findLast((message) => !message.deleted && fits(message)));
    const card = (command: string) =>
      shown(`a card with "${command}"`, (one) => keyOf(one) === "prod-1/card" && buttonFor(one, command) !== undefined);

    const [old, older] = await Promise.all([start("old-1", OLD), start("old-2", OLD)]);
    await until("both have a duty", () => old.duties.size === 1 && older.duties.size === 1);
    const [watches, talks] = has(old, ["slack"]) ? [older, old] : [old, older];
    acts.slash("U0ALICE", "C0ONCALL", "upgrade-required");
    const plan = await shown("a plan", (one) => one.only === "U0ALICE" && buttonFor(one, "start") !== undefined);
    press(plan, "start");
    await until("the first upgrades", () => fleet.triggers.length >= 5);
    const stopTyping = typeAllTheTime(trial);

    // 1 where it did not end within 9 s.
    expect(await watches.stop()).toBe(0);
    await until("the old one that is left to do everything", () => has(talks, DUTIES));
    const resumed = () => log().some(({ msg }) => msg === "picked up upgrades that were in flight");
    await until("it to look at what was in flight", resumed);
    const first = await start("new-1", next.main);
    await until("the new one to do everything", () => has(first, DUTIES) && talks.duties.size === 0);
    expect([await readiness(first), await readiness(talks)]).toEqual(["ready", "standby"]);
    press(await card("pause"), "pause");
    press(await card("resume"), "resume");
    await talks.kill();
    const second = await start("new-2", next.main);
    await until("both new ones to have a duty", () => first.duties.size === 1 && second.duties.size === 1);
    press(await card("stop"), "stop");
    await shown("the end of the rollout", (one) => keyOf(one) === "prod-1/end");
    const answers = await stopTyping();

    const asked = [...fleet.agents.values()].filter(({ accepted, duplicates }) => accepted + duplicates > 0);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter(({ accepted, duplicates }) => accepted > 1 || duplicates > 0)).toEqual([]);
    expect(asked.filter((agent) => fleet.now(agent).version !== fleet.target)).toEqual([]);
    expect(fleet.maxInFlight).toBeLessThanOrEqual(10);
    const keys = workspace.messages.filter(({ deleted }) => !deleted).flatMap((message) => keyOf(message) ?? []);
    expect(keys).toEqual([...new Set(keys)]);
    // The server was watched all the time.
    expect(keys.filter((key) => key.includes("/back-"))).toEqual([]);
    // While no replica talks to Slack, Slack says that no app responded: once for each that ends or gives the duty back.
    expect(answers.byDrydock).toBeGreaterThan(answers.bySlack);
    expect(log().filter(({ level }) => level >= 50)).toEqual([]);
    expect(await Promise.all([first.stop(), second.stop()])).toEqual([0, 0]);
  });
});

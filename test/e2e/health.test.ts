import { join } from "node:path";
import { expect } from "vitest";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";

const OPTIONS = { deploy: { agents: [{ name: "web-1" }] }, health: true };

async function ask(trial: E2e, path: string) {
  const answer = await fetch(`${trial.healthUrl}${path}`);
  return { status: answer.status, body: (await answer.json()) as { missing?: { code: string; server?: string }[] } };
}

/** Asks until exactly these are missing. Answers are kept for a while, so the time has to go on. */
async function lacks(trial: E2e, ...codes: string[]): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    const { status, body } = await ask(trial, "/readyz");
    const found = body.missing?.map(({ code }) => code) ?? [];
    if (`${found}` !== `${codes}`) {
      await trial.pass(1_000);
      continue;
    }
    expect(status).toBe(codes.length > 0 ? 503 : 200);
    return;
  }
  expect(await ask(trial, "/readyz")).toEqual(codes);
}

test(
  "/readyz names what is missing while no rollout is open, and /healthz is alive all the time",
  needs("orders for faults"),
  async ({ start }) => {
    const trial = await start(OPTIONS);
    await lacks(trial);
    trial.deploy.trouble({ kind: "unreachable", seconds: 3_600 });
    await lacks(trial, "server-not-answering");
    expect((await ask(trial, "/readyz")).body).toEqual({
      status: "not ready",
      missing: [{ code: "server-not-answering", server: "prod" }],
    });
    const other = openDatabase(join(trial.directory, "drydock.db"));
    other.exec("BEGIN IMMEDIATE");
    trial.standin.setAway(true);
    await lacks(trial, "ledger-not-writable", "slack-disconnected", "slack-not-answering", "server-not-answering");
    expect(await ask(trial, "/healthz")).toEqual({ status: 200, body: { status: "alive" } });
    other.exec("ROLLBACK");
    other.close();
    trial.deploy.trouble({ kind: "none" });
    trial.standin.setAway(false);
    await lacks(trial);
    trial.standin.renewToken();
    await lacks(trial, "slack-token-refused");
  },
);

test("a port that is in use ends the start with a sentence, and nothing stays locked", async ({ start }) => {
  const first = await start(OPTIONS);
  const second = await start.ready(OPTIONS);
  const { port } = new URL(first.healthUrl);
  const own = new URL(second.healthUrl).port;
  await expect(second.restart((yaml) => yaml.replace(`{port: ${own}}`, `{port: ${port}}`))).rejects.toThrow(
    /another program uses this port\. Set another health\.port/,
  );
  await second.restart((yaml) => yaml.replace(`{port: ${port}}`, `{port: ${own}}`));
  expect((await fetch(`${second.healthUrl}/unknown`)).status).toBe(404);
});

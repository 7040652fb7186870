import { join } from "node:path";
import { expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { osUser } from "../../src/adapters/sqlite/os-user.ts";
import { test } from "../support/e2e.ts";
import { runProgram } from "../support/run-program.ts";

const AGENTS = Array.from({ length: 14 }, (_, i) => ({ name: `web-${i + 1}` }));

test("a person on the host pauses and stops while Slack is not needed, and the thread names them", async ({
  start,
}) => {
  const me = osUser();
  const trial = await start({ deploy: { agents: AGENTS }, server: ["slots: 2"], people: [`operators: ["${me}"]`] });
  const host = (...words: readonly string[]) =>
    runProgram([...words, "--config", join(trial.directory, "drydock.yml")]);
  const nothing = await host("pause", "all");
  expect([nothing.status, nothing.stderr]).toEqual([1, "No rollout is under way, so there is nothing to pause.\n"]);
  await trial.startRollout();
  const card = await trial.message("prod-1/card");
  expect((await host("stop", "prod-7")).stderr).toContain('There is no rollout "prod-7"');
  expect((await host("pause", "--server", "test")).stderr).toBe("The configuration has no server test.\n");

  const paused = await host("pause", "--server", "prod", "--json");
  expect([paused.stderr, JSON.parse(paused.stdout)]).toEqual(["", { rollouts: ["prod-1"] }]);
  const event = await trial.event("rollout.prod-1", "rollout.paused");
  expect(event).toMatchObject({ actor: `operator:${me}`, data: { by: `operator:${me}`, kind: "person" } });
  const named = `\`${me}\` (an operator on the host)`;
  await trial.until("the card names the operator", () => renderText(card).includes(`${named} paused prod-1.`));
  expect((await host("pause", "prod-1")).stderr).toBe("prod-1 is paused already.\n");

  expect((await host("stop", "all")).stdout).toContain("Stopped: prod-1. Upgrades in flight cannot be cancelled");
  await trial.ended("prod-1");
  expect(renderText(await trial.message("prod-1/card"))).toContain(`Stopped by ${named}.`);
  const said = trial.events(`person.operator:${me}`).map(({ type, data }) => `${type} ${data.command ?? data.key}`);
  expect(said).toContain("person.asked stop all");
  expect(said).toContain("person.told operator-stop");
  const calls = trial.events(`person.operator:${me}`).map(({ callId }) => callId);
  expect([calls.includes(event.callId), calls.includes(undefined)]).toEqual([true, false]);
});

test("a person who is not listed is refused, and nothing is recorded", async ({ start }) => {
  const trial = await start({ deploy: { agents: AGENTS } });
  const words = ["stop", "all", "--config", join(trial.directory, "drydock.yml")];
  const refused = await runProgram(words);
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("listed under people.operators")]);
  expect(trial.events().filter(({ actor }) => String(actor).startsWith("operator:"))).toEqual([]);
  expect(trial.log()).toContain("a person on the host is no operator and was refused");
  await trial.endBot();
  const { status, stderr } = await runProgram(words);
  expect([status, stderr]).toEqual([1, expect.stringContaining("Drydock is not running with the ledger")]);
});

import { expect, test } from "vitest";
import { createWorld } from "./run.ts";

test("what somebody was told is in the ledger with its key, and a refusal with the code of its fault", async () => {
  const world = await createWorld(7, { calm: true, agents: 1 });
  const answers = [await world.say("help"), await world.say("stop"), await world.say("upgrade-requird")];
  const keys = ["help", "error.nothing-under-way", "error.no-such-command"];
  expect(answers).toMatchObject(keys.map((key) => ({ key })));
  const told = (await world.ledger.read("person.U0ALICE")).filter(({ type }) => type === "person.told");
  expect(told).toMatchObject(keys.map((key) => ({ data: { key } })));
});

test("the same refusal said again and again is counted under its key", async () => {
  const world = await createWorld(7, { calm: true, agents: 1 });
  await world.say("stop");
  await world.say("stop");
  await world.say("help");
  const events = await world.ledger.read("person.U0ALICE");
  expect(events.filter(({ type }) => type === "person.refused")).toMatchObject([
    { data: { key: "error.nothing-under-way", times: 1 } },
  ]);
});

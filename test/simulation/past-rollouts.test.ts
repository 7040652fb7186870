import { expect, test } from "vitest";
import { textOf } from "../../src/core/view.ts";
import { ledgerWithHistory } from "../support/ledger-with-history.ts";
import { createWorld } from "./run.ts";

const BEGIN = 1_700_000_000_000;

async function after(ended: number, given: { readonly onCall?: readonly string[]; readonly onGone?: number }) {
  const { onCall = [], onGone = 0 } = given;
  const ledger = ledgerWithHistory({ ended, agents: 3, until: BEGIN, onGone });
  const world = await createWorld(1, { ledger, begin: BEGIN, calm: true, onCall });
  await world.step(5_000);
  return world;
}

test("rollouts that are out of memory are answered about like all others", async () => {
  const world = await after(40, { onCall: ["U0ALICE"] });
  const answer = async (text: string) => textOf(await world.say(text));
  const listed = await answer("rollouts");
  expect(listed.match(/prod-\d+/g)).toEqual(Array.from({ length: 10 }, (_, i) => `prod-${40 - i}`));
  expect(await answer("rollouts prod-1")).toContain("3");
  expect(await answer("rollouts PROD-1")).toBe(await answer("rollouts prod-1"));
  expect((await answer("rollouts prod-1")).replaceAll("prod-1", "prod-40")).toBe(await answer("rollouts prod-40"));
  expect(await answer("resume prod-2")).toContain("prod-2 is finished");
  const inThread = await world
    .drydock()
    .answer.call({ via: "mention", person: "U0ALICE", channel: "C0", thread: "3.card", text: "resume" }, () => false);
  expect(textOf(inThread)).toContain("prod-3 is finished");
  expect(await answer("rollouts prod-41")).toContain("There is no rollout");
  await world.step(60_000);
  // Everything was told before: nothing is posted or edited again.
  expect(world.slack.messages).toEqual([]);
  expect(world.errors).toEqual([]);
});

test("the list goes back to rollouts that are out of memory if the person may not view the newer ones", async () => {
  const world = await after(40, { onGone: 20 });
  const listed = textOf(await world.say("rollouts"));
  expect(listed.match(/prod-\d+/g)).toEqual(Array.from({ length: 10 }, (_, i) => `prod-${20 - i}`));
});

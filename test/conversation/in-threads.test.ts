import { expect, test } from "vitest";
import { commands } from "../../commands/index.ts";
import { textOf } from "../../src/core/view.ts";
import { createWorld } from "../simulation/run.ts";

const SECOND = 1_000;
/** What each command answers with an error, with help, or with a plan. */
const ARGUMENTS = ["", "prod-9", "prod", "--nothing", "x y z --at 25:99", "web-* --limit many"];

test("no answer in a thread points to a slash command, which Slack does not take there", async () => {
  const world = await createWorld(1, { calm: true, agents: 2 });
  const typed = [...commands.map(({ name }) => name), "nonsense", "stp"];
  for (const name of typed)
    for (const args of ARGUMENTS) {
      const call = { person: "U0ALICE", channel: "C0", thread: "1.1", via: "mention" } as const;
      const shown = await world.drydock().answer.call({ ...call, text: `${name} ${args}` }, () => false);
      expect(textOf(shown), `${name} ${args}`).not.toContain("/agents");
      // At most 20 commands a minute.
      world.clock.sleep(4 * SECOND, "goes-on");
    }
});

test("an error names an example that works where the person is, by the configured word", async () => {
  const world = await createWorld(1, { calm: true, agents: 2 });
  const call = { person: "U0ALICE", channel: "C0", text: "pause prod-1 prod-2" } as const;
  const said = async (how: { readonly via: "slash" } | { readonly via: "mention"; readonly thread: string }) =>
    textOf(await world.drydock().answer.call({ ...call, ...how }, () => false));
  expect(await said({ via: "mention", thread: "1.1" })).toContain("Example: @drydock pause prod-142");
  expect(await said({ via: "slash" })).toContain("Example: /agents pause prod-142");
});

test("a typed word that only a button says is answered with the button", async () => {
  const world = await createWorld(1, { calm: true, agents: 2 });
  expect(textOf(await world.say("approve prod-1"))).toBe(
    'You cannot type "approve": press Approve on a request. All commands: /agents help',
  );
  expect(textOf(await world.say("Start"))).toContain('You cannot type "start": press Start on a plan.');
});

test("in the thread of a rollout that is hidden from the person, nothing is done to another one", async () => {
  const world = await createWorld(1, { calm: true, agents: 2, policy: { slots: 1 } });
  await world.press(await world.say("upgrade a0"), "Start");
  await world.press(await world.say("upgrade a1", "U0BOB"), "Start", "U0BOB");
  await world.step(10 * SECOND);
  // The server does not know him any more, and prod-2 is still his.
  world.server.locked.add("bob");
  const { channel, ts } = world.slack.messages.find(({ key }) => key === "prod-1/card")?.posted ?? {};
  const here = { channel: channel ?? "", thread: ts ?? "", via: "mention" } as const;
  const say = async (text: string) =>
    textOf(await world.drydock().answer.call({ person: "U0BOB", ...here, text }, () => false));
  for (const text of ["pause", "stop"]) expect(await say(text)).toContain('no rollout "prod-1" that you may view');
  const types = (await world.ledger.read("rollout.prod-2")).map(({ type }) => type);
  expect(types.filter((type) => type === "rollout.paused" || type === "rollout.stopped")).toEqual([]);
});

import { expect, test } from "vitest";
import { textOf } from "../../src/core/view.ts";
import { CLAIM_IDS, verdictOf } from "../../src/features/audit/checker/claims.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import { replayEvents } from "../features/audit/replay-events.ts";
import { createWorld, type World } from "./run.ts";

const SECOND = 1_000;
const eventsOf = (world: World) => world.ledger.since(0, 1_000_000);

async function until(world: World, rollout: string, is: (event: StoredEvent) => boolean): Promise<void> {
  for (let i = 0; i < 400; i += 1) {
    if ((await world.ledger.read(`rollout.${rollout}`)).some(is)) return;
    await world.step(5 * SECOND);
  }
  throw new Error("It did not come.");
}

const isOf = (type: StoredEvent["type"]) => (event: StoredEvent) => event.type === type;

/** Four rollouts: one that is handed over while it runs, an emergency, one that is withdrawn, and one that changes hands in a pause. */
async function played(): Promise<World> {
  const approvers = { people: ["U0BOB", "U0CAROL"], usergroups: [], usergroupPermissions: [], roles: [] };
  const policy = { slots: 2, approvals: 1, approvers, emergency: true };
  const world = await createWorld(3, { calm: true, agents: 30, onCall: ["U0CAROL"], policy });
  async function press(rollout: string, label: string, person?: string, key = "card") {
    await until(world, rollout, (event) => event.type === "message.posted" && event.data.key === key);
    return world.press(world.slack.view(`${rollout}/${key}`), label, person);
  }

  await world.press(await world.say("upgrade-required --limit 6 --reason patch"), "Request approval");
  expect(textOf(await press("prod-1", "Approve"))).toContain("alice may not approve rollouts on prod.");
  await press("prod-1", "Approve", "U0BOB");
  await until(world, "prod-1", isOf("rollout.started"));
  await world.say("handover prod-1 <@U0DAVE>");
  await press("prod-1", "Accept", "U0DAVE", "offer-1");
  await until(world, "prod-1", isOf("rollout.ended"));

  await world.press(await world.say('upgrade-required --limit 4 --emergency "they cannot deploy"'), "Start");
  await until(world, "prod-2", isOf("rollout.ended"));

  await world.press(await world.say("upgrade-required --limit 4 --reason patch"), "Request approval");
  await press("prod-3", "Withdraw");

  await world.press(await world.say("upgrade-required --limit 6 --reason patch"), "Request approval");
  await press("prod-4", "Approve", "U0CAROL");
  await until(world, "prod-4", isOf("rollout.started"));
  await world.say("pause prod-4", "U0BOB");
  await world.say("handover prod-4 <@U0BOB>");
  await press("prod-4", "Accept", "U0BOB", "offer-1");
  await world.say("resume prod-4", "U0BOB");
  await world.say("freeze prod release", "U0CAROL");
  await world.step(60 * SECOND);
  await world.say("unfreeze prod", "U0CAROL");
  await world.say("stop prod-4", "U0CAROL");
  await until(world, "prod-4", isOf("rollout.ended"));
  return world;
}

test("an audit proves what people did in several rollouts, and the ledger has what it refused them", async () => {
  const world = await played();
  const events = await eventsOf(world);
  const audits = replayEvents(events);
  const unproven = audits.flatMap(({ id, claims }) =>
    CLAIM_IDS.map((claim) => `${id} ${claim}: ${verdictOf(claims[claim])}`).filter(
      (said) => !/proven|nothing/.test(said),
    ),
  );
  expect(unproven).toEqual(["prod-2 approvals: waived", "prod-2 review: not-recorded"]);
  // Request, approval, start, and each new owner.
  const presses = Object.fromEntries(audits.map(({ id, claims }) => [id, claims["rights-press"].proven]));
  expect(presses).toEqual({ "prod-1": 4, "prod-2": 1, "prod-3": 1, "prod-4": 5 });
  const told = events.filter(({ type, stream }) => type === "person.told" && stream === "person.U0ALICE");
  expect(told.map(({ data }) => data)).toContainEqual({
    key: "error.not-approver",
    text: "alice may not approve rollouts on prod. Who can: U0BOB or U0CAROL.",
  });
});

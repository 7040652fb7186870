import { describe, expect, test } from "vitest";
import { keyOf, textOf } from "../../src/core/view.ts";
import { createWorld, type Given, type World } from "./run.ts";

const BY_BOB: NonNullable<Given["policy"]> = {
  approvals: 1,
  approvers: { people: ["U0BOB"], usergroups: [], usergroupPermissions: [], roles: [] },
};
const ARCHIVED: NonNullable<Given["inspection"]> = {
  slack: {
    botToken: async () => ({ kind: "accepted", missing: undefined }),
    appToken: undefined,
    channel: async (id) => ({ archived: id === "C0", hasBot: true }),
  },
};

function openWorld(given: Partial<Given> = {}): Promise<World> {
  return createWorld(1, {
    calm: true,
    agents: [{ id: "a0", relayId: "r1", fault: "none", version: "6.2.7.1.1", life: undefined }],
    policy: BY_BOB,
    operationsChannel: "C0OPS",
    onCall: ["U0CAROL"],
    ...given,
  });
}

const doctorMessages = ({ slack }: World) =>
  slack.messages.map(({ key }) => key).filter((key) => key.startsWith("server.prod/doctor-"));

async function pass(world: World, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 5) await world.step(5_000);
}

describe("/agents doctor", () => {
  test("a person on call is told everything", async () => {
    const world = await openWorld({ inspection: ARCHIVED });
    const told = textOf(await world.say("doctor", "U0CAROL"));
    expect(told).toContain("Doctor: 1 problem, 0 warnings,");
    expect(told).toContain("■ problem, Slack: C0 is archived: Drydock cannot post there. → Unarchive it in Slack,");
  });

  test("an approver is told about the servers on which they approve, and not about Slack and the ledger", async () => {
    const world = await openWorld({ inspection: ARCHIVED });
    const gone = textOf(await world.say("doctor prod", "U0BOB"));
    expect(gone).toContain("Nothing to do.");
    world.server.locked.add("dave");
    expect(textOf(await world.say("doctor", "U0BOB"))).toContain(
      "■ problem, prod: U0DAVE has a user on prod that is deleted or locked.",
    );
  });

  test("others are told who may ask", async () => {
    const world = await openWorld({ inspection: ARCHIVED });
    const shown = await world.say("doctor", "U0ALICE");
    expect(keyOf(shown)).toBe("error.not-for-doctor");
    expect(textOf(shown)).toContain("On call: U0CAROL");
    expect(textOf(shown)).not.toContain("C0");
  });

  test("a server that is away is one problem", async () => {
    const world = await openWorld();
    world.server.trouble = "unreachable";
    expect(textOf(await world.say("doctor", "U0CAROL"))).toContain("Doctor: 1 problem, 0 warnings,");
  });
});

describe("after the start", () => {
  test("what is wrong goes to the log and to the operations channel, once a day", async () => {
    const world = await openWorld({ inspection: ARCHIVED });
    await world.drydock().examine();
    await pass(world, 30);
    expect(world.warnings).toContain("doctor found a mistake");
    expect(doctorMessages(world)).toHaveLength(1);
    await world.restart();
    await world.drydock().examine();
    await pass(world, 30);
    expect(doctorMessages(world)).toHaveLength(1);
    expect(world.slack.text(doctorMessages(world)[0] ?? "")).toContain("C0 is archived");
  });

  test("what is sound is not reported", async () => {
    const world = await openWorld();
    await world.drydock().examine();
    await pass(world, 30);
    expect(world.warnings).not.toContain("doctor found a mistake");
    expect(doctorMessages(world)).toEqual([]);
  });
});

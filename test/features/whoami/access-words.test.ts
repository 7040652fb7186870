import { expect, test } from "vitest";
import { lineText, textOf } from "../../../src/core/view.ts";
import { accessWords, type UpgradeCount } from "../../../src/features/whoami/access-words.ts";
import type { Identity } from "../../../src/people/identity.ts";
import { createWorld } from "../../simulation/run.ts";

const ALICE = { user: { id: "1", name: "alice", active: true, groups: [] }, via: "email" } as unknown as Identity;

function words(
  counted: UpgradeCount,
  given: { readonly mayApprove?: boolean; readonly unread?: readonly string[] } = {},
) {
  return lineText(accessWords({ identity: ALICE, counted, mayApprove: false, unread: [], ...given }));
}

const counted = (may: number, of: number) => ({ kind: "counted", may, of, lacks: ["Upgrade Agents"] }) as const;

test.each([
  [counted(40, 59), "You may upgrade 40 of 59 agents. You may not approve."],
  [counted(59, 59), "You may upgrade all 59 agents. You may not approve."],
  [counted(1, 1), "You may upgrade its 1 agent. You may not approve."],
  [counted(0, 1_200), "You may upgrade none of 1,200 agents: you lack Upgrade Agents. You may not approve."],
  [counted(0, 0), "Drydock sees no agent there. You may not approve."],
  [
    { kind: "uncounted", wanted: ["Edit", "Upgrade Agents", "View Agents"] } as const,
    "You may upgrade each agent on which you have Edit, Upgrade Agents and View Agents. You may not approve.",
  ],
])("what a person may do is a number: %o", (count, said) => {
  expect(words(count)).toBe(`you are alice (by your e-mail address). ${said}`);
});

test("approvers and roles that cannot be read are named", () => {
  expect(words(counted(1, 2), { mayApprove: true, unread: ["ops"] })).toContain(
    "You may approve. Drydock cannot read what this role may do, so Drydock grants nothing for it: ops.",
  );
});

test("a person on call with the rights on one team reads three things", async () => {
  const agents = ["a1", "a2", "a3"].map(
    (id) => ({ id, relayId: "r1", fault: "none", version: "6.2.7.1.1150420", life: undefined }) as const,
  );
  const world = await createWorld(1, { calm: true, agents, onCall: ["U0DAVE"] });
  const team = (teamId: string) => ({ teamId, teamName: teamId, roleId: undefined });
  world.server.made.set("a1", { teams: [team("open")] });
  world.server.made.set("a2", { teams: [team("other")] });
  world.server.onTeam.set("dave", "open");
  const said = textOf(await world.say("whoami", "U0DAVE"));
  expect(said).toContain("You may upgrade 1 of 3 agents. You may not approve.");
  expect(said).toContain("You are on call: you may pause and stop any rollout.");
  expect(textOf(await world.say("whoami"))).toMatch(/You may upgrade all 3 agents\./);
});

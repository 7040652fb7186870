import { expect, test } from "vitest";
import { textOf } from "../../../src/core/view.ts";
import type { World } from "../../simulation/run.ts";
import { eventfulWorld } from "./eventful-world.ts";

const said = async (world: World, text: string, person?: string) => textOf(await world.say(text, person));

test("in Slack an audit tells of the rollouts that a person may view, and of no others", async () => {
  const world = await eventfulWorld();
  expect(await said(world, "audit prod-1")).toMatchInlineSnapshot(`
    "Audit of prod-1: proven
    ✔ No upgrade began unrecorded, twice, or while 10 were in flight
    ✔ No upgrade began while all slots of policy or plan were taken
    ✔ It had the approvals that the policy required
    ✔ No approver had asked for it or owned it, unless the policy allows that
    ✔ Only agents of the approved plan were upgraded
    ✔ No upgrade began in a freeze
    ✔ No upgrade began outside a maintenance window
    ✔ No upgrade began while it was paused, stopped or over
    ✔ Requesters, owners and approvers held their rights when they pressed
    ✔ The owner held the rights at each upgrade
    This did not check that the ledger is unchanged. Where Drydock runs, drydock audit report prod-1 checks it, and prints all."
  `);
  expect(await said(world, "audit")).toMatchInlineSnapshot(`
    "Audit of 1 rollout
    ✔ prod-1: proven
    /agents audit ROLLOUT shows the claims of one.
    This lists the newest 10 that you may view.
    This did not check that the ledger is unchanged. Where Drydock runs, drydock audit verify checks it, and every rollout."
  `);
  for (const words of ["audit prod-1", "audit prod-9"])
    expect(await said(world, words, "U0STRANGER")).not.toContain("proven");
  world.server.powerless.add("peggy");
  expect(await said(world, "audit prod-1", "U0PEGGY")).toContain('There is no rollout "prod-1" that you may view.');
  expect(await said(world, "audit", "U0PEGGY")).toBe("There has been no rollout yet that you may view.");
});

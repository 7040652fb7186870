import { expect, test } from "vitest";
import { openMemoryLedger } from "../../../src/adapters/memory/memory-ledger.ts";
import { textOf } from "../../../src/core/view.ts";
import { auditView } from "../../../src/features/audit/audit-view.ts";
import { appendAll } from "../../support/append.ts";
import { replayEvents } from "./replay-events.ts";
import { createWriter } from "./written-ledger.ts";

test("findings come first, a few of many, and then what is not recorded", async () => {
  const writer = createWriter();
  writer.rules();
  writer.started("prod-1", 20, { person: "U0ALICE2", user: { id: "alice", name: "alice" } });
  for (let i = 0; i < 20; i += 1) writer.intended("prod-1", i, i > 2 ? {} : null);
  const [audit] = replayEvents(await appendAll(openMemoryLedger(), ...writer.writes));
  const text = audit ? textOf(auditView(audit)) : "";
  expect(text).toMatchInlineSnapshot(`
    "Audit of prod-1: finding
    ✘ Row 15: 11 upgrades were in flight, and the limit is 10. And 9 more rows.
    ✘ Row 15: 11 upgrades were in flight, and the policy's slots are 10. And 9 more rows.
    ✘ Row 4: It started with 0 of 1 required approvals. And 20 more rows.
    ✘ Row 3: U0ALICE2 (alice) approved a rollout that they asked for or owned.
    ? Not recorded: The owner held the rights at each upgrade. The ledger lacks the rights that Drydock read.
    ✔ 5 of 10 claims proven.
    This did not check that the ledger is unchanged. Where Drydock runs, drydock audit report prod-1 checks it, and prints all."
  `);
  expect(text.split("\n").length).toBeLessThanOrEqual(12);
});

import { expect, test } from "vitest";
import { createMetrics } from "../../../src/adapters/metrics/metrics.ts";
import { cause } from "../../../src/core/cause.ts";
import type { NewEvent, StoredEvent } from "../../../src/model/events.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { attemptOf } from "../../support/upgrades.ts";

const UPGRADE = attemptOf({ id: "web-1" });
const FOLDED = { rollout: () => undefined, upgrade: (id: string) => (id === UPGRADE.id ? UPGRADE : undefined) };

/** What is reported after these events of one upgrade. */
async function reported(...events: readonly NewEvent[]): Promise<string> {
  const metrics = createMetrics({ version: "1.2.3", node: "v20.1.0" }, { servers: ["prod"], clock: manualClock() });
  const stored = events.map(
    (event, i) =>
      ({
        ...{ id: `e${i}`, v: 1, at: 0, actor: "drydock" },
        ...{ stream: `upgrade.${UPGRADE.id}`, seq: i + 1, position: i + 1 },
        ...event,
      }) as StoredEvent,
  );
  metrics.count(stored, FOLDED);
  return (await metrics.report({ missing: [{ code: "starting" }], ledgerPosition: undefined, servers: [] })).text;
}

test("an outcome is counted by its cause, and a later correction by the new outcome", async () => {
  const detail = cause("server-said", { text: "you must be logged in, web-1" });
  const text = await reported(
    { type: "upgrade.outcome", data: { outcome: "refused", detail, holdsSlot: false } },
    { type: "upgrade.corrected", data: { outcome: "verified", detail: null } },
  );
  expect(text).toContain('drydock_upgrades_total{server="prod",outcome="refused",cause="no-server-permission"} 1');
  expect(text).toContain('drydock_upgrades_corrected_total{server="prod",outcome="verified"} 1');
  expect(text).not.toContain("web-1");
});

test("an attempt that the server put off is counted once, however often it begins", async () => {
  const { rollout, server, agent, attempt, from } = UPGRADE;
  const intended: NewEvent = { type: "upgrade.intended", data: { rollout, server, agent, attempt, from } };
  const text = await reported(
    intended,
    { type: "upgrade.postponed", data: { status: 429, text: "busy", wait: 1 } },
    intended,
  );
  expect(text).toContain('drydock_upgrades_begun_total{server="prod"} 1');
});

test("only what is proven and measured has a duration", async () => {
  const outcome = (took: number | null) =>
    ({ type: "upgrade.outcome", data: { outcome: "verified", detail: null, holdsSlot: false, took } }) as const;
  const text = await reported(outcome(90_000), outcome(null));
  expect(text).toContain('drydock_upgrade_duration_seconds_sum{server="prod"} 90');
  expect(text).toContain('drydock_upgrade_duration_seconds_count{server="prod"} 1');
});

test("what is missing is 1, everything else of the whole program 0", async () => {
  const text = await reported();
  expect(text).toContain("drydock_ready 0");
  expect(text).toContain('drydock_missing{code="starting",server=""} 1');
  expect(text).toContain('drydock_missing{code="slack-disconnected",server=""} 0');
  expect(text).toContain('drydock_build_info{version="1.2.3",node="v20.1.0"} 1');
});

test("a count that an alert may compare begins at 0, so that its first event is a rise", async () => {
  const text = await reported();
  for (const result of ["requested", "approved", "denied", "withdrawn", "expired"])
    expect(text).toContain(`drydock_approvals_total{server="prod",result="${result}"} 0`);
  expect(text).toContain('drydock_upgrades_begun_total{server="prod"} 0');
});

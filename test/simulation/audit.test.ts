import { expect, test } from "vitest";
import { CLAIM_IDS, verdictOf } from "../../src/features/audit/checker/claims.ts";
import { replayEvents } from "../features/audit/replay-events.ts";
import { runs } from "../support/runs.ts";
import type { World } from "./run.ts";
import { EVERY_FAULT, play } from "./schedule.ts";

/** No schedule asks for approval, so nothing is said of approvers. */
const PROVEN = CLAIM_IDS.filter((claim) => claim !== "approvers");

/** Each rollout of a world's ledger with the claims that are proven, and what the others say. */
async function auditOf(world: World) {
  const audits = replayEvents(await world.ledger.since(0, 1_000_000));
  return audits.map(({ id, claims }) => {
    const others = CLAIM_IDS.filter((claim) => !["proven", "nothing"].includes(verdictOf(claims[claim])));
    return {
      id,
      proven: CLAIM_IDS.filter((claim) => verdictOf(claims[claim]) === "proven"),
      others: others.map((claim) => ({ claim, ...claims[claim] })),
    };
  });
}

test("an audit proves every random schedule", { timeout: 600_000 + runs(10, 1_000) * 2_000 }, async () => {
  for (let seed = 1; seed <= runs(10, 1_000); seed += 1)
    expect({ seed, audit: await auditOf(await play(seed, EVERY_FAULT)) }).toEqual({
      seed,
      audit: [{ id: "prod-1", proven: PROVEN, others: [] }],
    });
});

import { expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { blockedAt, labelOf } from "../../src/gates/index.ts";
import type { RelaySituation } from "../../src/gates/relay-situation.ts";
import { policyWith } from "../support/policy.ts";
import { relayOf } from "../support/relays.ts";

const LAGGING: RelaySituation = {
  relay: relayOf("r1", { version: "7.0", totalAgents: 0 }),
  lag: "behind",
  serverVersion: "7.1",
  lacks: undefined,
  claim: undefined,
  behind: [],
  tellsRelays: true,
};

function found(given: Partial<RelaySituation>): readonly (readonly string[])[] {
  return blockedAt("plan", "relay", { ...LAGGING, ...given }, policyWith()).map((blocked) => [
    labelOf(blocked),
    blocked.cause.code,
  ]);
}

test.each<readonly [Partial<RelaySituation>, string, string]>([
  [
    { lacks: cause("lacks-permission-anywhere", { permissions: ["View Agents"] }) },
    "no permission",
    "lacks-permission-anywhere",
  ],
  [{ claim: "prod-1" }, "in another rollout", "claimed"],
  [{ relay: { ...LAGGING.relay, up: false } }, "offline", "relay-offline"],
  [{ relay: relayOf("r1", { version: undefined, totalAgents: 0 }) }, "not known", "relay-version-unknown"],
  [{ lag: "even" }, "up to date", "relay-up-to-date"],
  [{ lag: "ahead" }, "newer than the server", "relay-newer"],
  [{ relay: { ...LAGGING.relay, totalAgents: 2 } }, "not known", "relay-agents-hidden"],
])("a relay is left out of a plan for one reason, %#", (given, label, code) => {
  expect(found(given)).toEqual([[label, code]]);
});

test("a relay that lags is taken, and of several reasons the person's own rights are told first", () => {
  expect(found({})).toEqual([]);
  const lacks = cause("lacks-permission-anywhere", { permissions: ["View Agents"] });
  expect(found({ lacks, claim: "prod-1" })[0]?.[0]).toBe("no permission");
});

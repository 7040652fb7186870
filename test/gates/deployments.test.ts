import { expect, test } from "vitest";
import { blockedAt } from "../../src/gates/index.ts";
import type { ServerSituation } from "../../src/gates/server-situation.ts";
import type { WhenBusy } from "../../src/model/policy.ts";
import { serverSituation } from "../support/gate-situations.ts";
import { policyWith } from "../support/policy.ts";

const UNKNOWN = { kind: "unknown", fault: "failing", status: 503 } as const;
const TIMEOUT = 60_000;

test.each<[WhenBusy, Partial<ServerSituation>, string | undefined]>([
  ["wait_until_zero", { deployments: { kind: "known", value: 0 } }, undefined],
  ["wait_until_zero", { deployments: { kind: "known", value: 1 } }, "running"],
  ["wait_until_zero", { deployments: { kind: "not-read" } }, "not-read"],
  ["wait_until_zero", { deployments: UNKNOWN }, "unreadable"],
  ["require_maintenance", { maintenance: { kind: "known", value: true } }, undefined],
  ["require_maintenance", { maintenance: { kind: "known", value: false } }, "mode-off"],
  ["require_maintenance", { maintenance: { kind: "known", value: undefined } }, "mode-not-reported"],
  ["require_maintenance", { maintenance: { kind: "not-read" } }, "mode-not-read"],
  ["require_maintenance", { maintenance: UNKNOWN }, "mode-unreadable"],
  ["wait_for_agent", { deployments: UNKNOWN, unreadFor: TIMEOUT - 1 }, "agents-unknown"],
  ["wait_for_agent", { deployments: UNKNOWN, unreadFor: TIMEOUT }, undefined],
  ["auto", { deployments: { kind: "known", value: 1 } }, undefined],
  ["warn", { deployments: UNKNOWN, maintenance: UNKNOWN }, undefined],
])("whenBusy: %s, %o", (whenBusy, situation, code) => {
  const policy = policyWith({ whenBusy, busyAgentTimeout: TIMEOUT });
  const blocked = blockedAt("trigger", "server", serverSituation(situation), policy);
  expect(blocked.map((found) => found.cause.code)).toEqual(code ? [expect.stringContaining(code)] : []);
});

import { expect, test } from "vitest";
import { settingPaths } from "../../src/config/json-schema.ts";
import { describePolicy } from "../../src/gates/describe-policy.ts";
import { SETTINGS } from "../../src/gates/index.ts";
import { ownSettings } from "../../src/gates/own-settings.ts";
import { hashPolicy } from "../../src/model/policy-hash.ts";
import { policyWith } from "../support/policy.ts";

test("a setting at its default changes neither the rules in words nor their hash", () => {
  const policy = policyWith(ownSettings({ waitForPausedRollouts: false, reasonRequired: false }));
  const usual = policyWith(ownSettings({}));
  expect(hashPolicy(policy)).toBe(hashPolicy(usual));
  expect(describePolicy(policy)).toEqual(describePolicy(usual));
});

test("a gate's setting is in the file's shape, and a policy holds what the file says of it", () => {
  const paths = settingPaths().map((path) => path.join("."));
  for (const { key, fallback, isField } of SETTINGS) {
    expect(paths).toContain(`servers.*.${key}`);
    if (isField) expect(ownSettings({})).toHaveProperty(key, fallback);
  }
  expect(ownSettings({ maxAgents: 7, waitForPausedRollouts: true })).toMatchObject({
    maxAgents: 7,
    own: { waitForPausedRollouts: true },
  });
});

test("the rules in words follow from the list", () => {
  const of = (server: Record<string, unknown>) => JSON.stringify(describePolicy(policyWith(ownSettings(server))));
  const never = [{ glob: "db-*", reason: "the vendor does it" }];
  const strict = { maxAgents: 7, reasonRequired: true, canaryMin: 2, canaryHold: true, dangerous: true, never };
  for (const words of [
    "At most 7 agents in one rollout.",
    "Every rollout requires a reason.",
    "At least 2 canaries in one rollout.",
    "a person has to press Resume",
    "marked dangerous",
    "Never upgraded: ",
  ]) {
    expect(of(strict)).toContain(words);
    expect(of({})).not.toContain(words);
  }
});

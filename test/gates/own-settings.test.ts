import { expect, test } from "vitest";
import { policyWords } from "../../src/gates/describe-policy.ts";
import { ownSettings } from "../../src/gates/own-settings.ts";
import { hashPolicy } from "../../src/model/plan/plan-hash.ts";
import { policyWith } from "../support/policy.ts";

test("a setting at its default changes neither the rules in words nor their hash", () => {
  const policy = policyWith(ownSettings({}));
  expect(hashPolicy(policy)).toBe(hashPolicy(policyWith()));
  expect(policyWords(policy)).toEqual(policyWords(policyWith()));
});

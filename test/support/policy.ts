import { ownSettings } from "../../src/gates/own-settings.ts";
import { DEFAULT_GATES, type Policy } from "../../src/model/policy.ts";

/** A policy that stands in nobody's way, but for what is given. */
export function policyWith(given: Partial<Policy> = {}): Policy {
  return {
    server: "prod",
    mode: "live",
    approvals: 0,
    ...DEFAULT_GATES,
    ...ownSettings({}),
    slots: 10,
    required: ["View Agents"],
    whereKnown: [],
    whenBusy: "warn",
    ...given,
  };
}

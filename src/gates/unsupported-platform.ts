import { cause } from "../core/cause.ts";
import { isUnsupportedPlatform } from "../model/plan/unsupported-platforms.ts";
import { type AgentGate, leftOut } from "./gate.ts";
import { platformsSetting } from "./platforms-setting.ts";

/** A property can hold any text, and a plan keeps it. */
const MAX_OS_LENGTH = 60;

/** Agents on systems that have an upgrade procedure of their own. */
export const unsupportedPlatform: AgentGate = {
  id: "unsupported-platform",
  at: ["plan", "look"],
  label: "upgrades in its own way",
  setting: platformsSetting,
  blocks: ({ os }, { policy }) =>
    os !== undefined && isUnsupportedPlatform(policy, os)
      ? leftOut(cause("unsupported-platform", { name: os.trim().slice(0, MAX_OS_LENGTH) }))
      : undefined,
};

import { z } from "zod";
import { cause } from "../core/cause.ts";
import { parseRange } from "../core/version.ts";
import { neverRuleFor, neverRuleWords } from "../model/policy.ts";
import { type AgentGate, leftOut } from "./gate.ts";
import { fieldSetting } from "./setting.ts";
import { text } from "./setting-schemas.ts";
import type { Text } from "./text.ts";

const rule = z.union(
  [
    z.strictObject({
      glob: text("expected a glob, e.g. db-*"),
      reason: text("expected a reason, e.g. upgraded by the vendor"),
    }),
    z.strictObject({
      tag: text("expected a tag, e.g. frozen"),
      reason: text("expected a reason, e.g. upgraded by the vendor"),
    }),
    z.strictObject({
      version: z
        .string("expected a range of versions, e.g. '<5.0'")
        .refine((range) => parseRange(range) !== undefined, "expected a range of versions, e.g. '<5.0'"),
      reason: text("expected a reason, e.g. upgraded by the vendor"),
    }),
  ],
  "expected one of glob, tag and version, and a reason, e.g. {glob: db-*, reason: upgraded by the vendor}",
);

/** Agents that the configuration keeps Drydock away from. */
export const neverList: AgentGate = {
  id: "never-list",
  at: ["plan", "look"],
  label: "never list",
  setting: fieldSetting("never", {
    schema: z.array(rule, "expected a list, e.g. [{glob: db-*, reason: upgraded by the vendor}]").default([]),
    fallback: [],
    doc: "Agents that Drydock never upgrades. See Never.",
    words: (rules) =>
      rules.map((one): Text => ["Never upgraded: ", { data: neverRuleWords(one) }, ", ", { data: one.reason }, "."]),
  }),
  blocks({ agent }, { policy }) {
    const { name, tags, version } = agent;
    const rule = neverRuleFor(policy, { name, tags, version: version ?? undefined });
    return rule && leftOut(cause("never-list", { reason: rule.reason }));
  },
};

import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { expect, test } from "vitest";

const CHECKER = "src/features/audit/checker";
/** It tells rules apart, and judges nothing. */
const HASH = "src/model/policy-hash.ts";

/**
 * Imports with which the audit's checker would judge by what it judges: of the core it may take all, of the model only types, and of
 * other rooms nothing.
 */
function borrowed(file: string, text: string): readonly string[] {
  return [...text.matchAll(/import\s+(type\s)?[^;]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"/g)]
    .map(([, type, from, dynamic]) => ({ isType: type !== undefined, target: from ?? dynamic ?? "" }))
    .map(({ isType, target }) => ({
      isType,
      target: target.startsWith(".") ? normalize(join(file, "..", target)) : target,
    }))
    .filter(({ isType, target }) => {
      if (target.startsWith("src/core/") || target.startsWith(`${CHECKER}/`) || target === HASH) return false;
      return !(isType && target.startsWith("src/model/"));
    })
    .map(({ target }) => target);
}

test("the audit's checker judges with nothing of what it judges", () => {
  const files = readdirSync(CHECKER).map((name) => `${CHECKER}/${name}`);
  expect(files.length).toBeGreaterThan(5);
  expect(files.flatMap((file) => borrowed(file, readFileSync(file, "utf8")))).toEqual([]);
});

test.each([
  ['import { blockedAt } from "../../../gates/index.ts";', "src/gates/index.ts"],
  ['import type { Gate } from "../../../gates/gate.ts";', "src/gates/gate.ts"],
  ['import { createDispatcher } from "../../../monitor/dispatcher.ts";', "src/monitor/dispatcher.ts"],
  ['import { decideStart } from "../../rollout/decide-start.ts";', "src/features/rollout/decide-start.ts"],
  ['import { validApprovals } from "../../../model/rollout/request.ts";', "src/model/rollout/request.ts"],
  ['import { isOpen, type X } from "../../../model/windows.ts";', "src/model/windows.ts"],
  ['import { readFileSync } from "node:fs";', "node:fs"],
])("a checker that borrows is found: %s", (text, target) => {
  expect(borrowed(`${CHECKER}/bad.ts`, text)).toEqual([target]);
});

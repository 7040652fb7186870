import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { GOLDEN_LEDGER, KEY } from "../../golden/ledger-world.ts";
import { runProgram } from "../../support/run-program.ts";
import { readText } from "./read-report.ts";

const folder = mkdtempSync(join(tmpdir(), "old-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every rollout of a ledger that an older version wrote has its page", async () => {
  const file = join(folder, "golden.db");
  copyFileSync(GOLDEN_LEDGER, file);
  for (let i = 1; i <= 14; i += 1) {
    const args = ["audit", "report", `prod-${i}`, "--ledger", file];
    const { status, stdout, stderr } = await runProgram(args, { DRYDOCK_LEDGER_KEY: KEY.toString() });
    expect([status, stderr]).toEqual([0, ""]);
    expect(readText(stdout)).toContainEqual(expect.stringMatching(/^At most \d+ upgrades at once\.$/));
  }
});

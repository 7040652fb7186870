import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { retainLedger } from "../../../src/adapters/sqlite/retain.ts";
import { GOLDEN_LEDGER, KEY } from "../../golden/ledger-world.ts";
import { note } from "../../support/archived-note.ts";
import { runProgram } from "../../support/run-program.ts";
import { readText } from "./read-report.ts";

const folder = mkdtempSync(join(tmpdir(), "old-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const IDS = Array.from({ length: 14 }, (_, i) => `prod-${i + 1}`);

/** The pages of all its rollouts, without what tells of the ledger itself. */
async function pagesOf(...words: readonly string[]): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = [];
  for (const id of IDS) {
    const { status, stdout, stderr } = await runProgram(["audit", "report", id, ...words], {
      DRYDOCK_LEDGER_KEY: KEY.toString(),
    });
    expect([status, stderr]).toEqual([0, ""]);
    pages.push(readText(stdout).filter((line) => !/\d+ rows|^Made /.test(line)));
  }
  return pages;
}

test("every rollout of a ledger that an older version wrote has its page, also out of an archive", async () => {
  const file = join(folder, "golden.db");
  copyFileSync(GOLDEN_LEDGER, file);
  const pages = await pagesOf("--ledger", file);
  for (const page of pages) expect(page).toContainEqual(expect.stringMatching(/^At most \d+ upgrades at once\.$/));
  const archive = join(folder, "old.jsonl");
  const choose = (events: Iterable<{ readonly stream: string }>) => {
    const streams = [...events].map(({ stream }) => stream).filter((stream) => /^(rollout|upgrade)\./.test(stream));
    return { streams: new Set(streams), events: new Set<number>() };
  };
  expect(retainLedger({ file, archive, key: Buffer.from(KEY), choose, note }).rollouts).toHaveLength(IDS.length);
  expect(await pagesOf("--ledger", file, "--archive", archive)).toEqual(pages);
});

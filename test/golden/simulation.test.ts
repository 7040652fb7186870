import { expect, test } from "vitest";
import { firstDifference, GOLDEN_FILES, playGolden, readGolden, seedsToCheck } from "./golden-logs.ts";

const HOW_TO_GO_ON = `Is the change meant? Then record the logs anew with "npm run golden", and say why in the commit.
Otherwise the code behaves differently from before: find the cause.`;

// The name stays the same where all 50 seeds of a file are played in place of every twelfth.
test.each(GOLDEN_FILES)("seeds $first to $last write the events of $name, byte by byte", async (file) => {
  const { logs, problems } = await playGolden(seedsToCheck(file));
  expect(problems).toEqual([]);
  const difference = firstDifference(file, readGolden(file), logs);
  if (difference) expect.fail(`${difference}\n${HOW_TO_GO_ON}`);
});

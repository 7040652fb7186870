import { GOLDEN_FILES, playGolden, seedsOf, writeGolden } from "./golden-logs.ts";

/** `npm run golden`: records the logs of all seeds anew. Nothing is written for seeds with a problem. */
for (const file of GOLDEN_FILES) {
  const { logs, problems } = await playGolden(seedsOf(file));
  if (problems.length > 0) throw new Error(`Not recorded, the simulation has problems:\n${problems.join("\n")}`);
  writeGolden(file, logs);
  process.stdout.write(`${file.name}\n`);
}

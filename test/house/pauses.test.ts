import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Where events about pauses are made: by `follow` because of blocks, and by the command for a person. */
const MAKERS = ["src/features/rollout/halts.ts", "src/gates/follow.ts"];

function makesPause(text: string): boolean {
  return /type: "rollout\.paused",\s*data/.test(text);
}

test("`follow` alone turns blocks into pauses", () => {
  const files = ["src", "commands"]
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith(".ts"));
  expect(files.filter((file) => makesPause(readFileSync(file, "utf8"))).sort()).toEqual(MAKERS);
});

test.each([
  'return [{ type: "rollout.paused", data: { by: "drydock", kind: "rights", causes } }];',
  'const event = {\n  type: "rollout.paused",\n  data,\n};',
])("another maker is found: %s", (text) => {
  expect(makesPause(text)).toBe(true);
});

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const FOLLOW = "src/gates/follow.ts";

/** Where events that blocks bring are made: by `follow`, and by the commands with which people bring the same. */
const MAKERS: Readonly<Record<string, readonly string[]>> = {
  "rollout.paused": ["src/features/rollout/halts.ts", FOLLOW],
  "rollout.denied": [FOLLOW, "src/model/rollout/request.ts"],
  "rollout.unscheduled": ["src/features/schedule/decide-schedule.ts", FOLLOW],
  "upgrade.skipped": [FOLLOW],
  "retry.dropped": [FOLLOW],
};

/** What judges, and does not only word what was judged. */
const DECIDES = /^src\/(model|monitor|projections)\/|\/decide-[\w-]+\.ts$/;

const FILES = ["src", "commands"]
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`))
  .filter((file) => file.endsWith(".ts"))
  .sort();

function makes(type: string, text: string): boolean {
  return new RegExp(`type: "${type.replace(".", "\\.")}",\\s*data`).test(text);
}

function namesGate(text: string): boolean {
  return /\bgate [!=]== /.test(text);
}

function filesWhere(holds: (text: string) => boolean): readonly string[] {
  return FILES.filter((file) => holds(readFileSync(file, "utf8")));
}

test.each(Object.entries(MAKERS))("`follow` alone turns blocks into %s", (type, makers) => {
  expect(filesWhere((text) => makes(type, text))).toEqual(makers);
});

test.each([
  'return [{ type: "rollout.paused", data: { by: "drydock", kind: "rights", causes } }];',
  'const event = {\n  type: "rollout.paused",\n  data,\n};',
])("another maker is found: %s", (text) => {
  expect(makes("rollout.paused", text)).toBe(true);
});

test("what decides looks at what a gate says, and not at which gate says it", () => {
  expect(filesWhere(namesGate).filter((file) => DECIDES.test(file))).toEqual([]);
});

test.each(['blocked.some(({ gate }) => gate === "approvers-valid")', 'found.gate === "window"'])(
  "a decision by a gate's name is found: %s",
  (text) => {
    expect(namesGate(text)).toBe(true);
  },
);

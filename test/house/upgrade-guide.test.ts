import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { commands } from "../../commands/index.ts";

/** The rows of all tables in the guide: what the vendor says, what answers it, and the test. */
const rows = readFileSync("docs/upgrade-guide.md", "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
  .map((line) => line.slice(2, -2).split(" | "))
  .filter(([, , third]) => third !== "test");

/** Commands as they are written: `/agents check SERVER --agent NAME`. */
function commandsIn(text: string): readonly { readonly name: string; readonly flags: readonly string[] }[] {
  return [...text.matchAll(/`\/agents ([a-z-]+)([^`]*)`/g)].map(([, name = "", rest = ""]) => ({
    name,
    flags: [...rest.matchAll(/--([a-z-]+)/g)].map(([, flag = ""]) => flag),
  }));
}

/** Whether a test of this title is in the file: a string that is the first argument of a call, and not of `describe`. */
function holdsTest(file: string, title: string): boolean {
  const quoted = JSON.stringify(title).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<!describe)\\(\\s*${quoted}\\s*,`).test(readFileSync(file, "utf8"));
}

describe("the table of the vendor's guide", () => {
  test("is there, with three columns in every row", () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row) => row.length !== 3)).toEqual([]);
  });

  test.each(rows)("%s", (_statement, answer = "", proof = "") => {
    for (const { name, flags } of commandsIn(answer)) {
      const command = commands.find((known) => known.name === name && known.group !== undefined);
      expect([name, command !== undefined]).toEqual([name, true]);
      expect(flags.filter((flag) => !Object.hasOwn(command?.args.flags ?? {}, flag))).toEqual([]);
    }
    const [, file = "", title = ""] = /^`([^`]+)`: (.+)$/.exec(proof) ?? [];
    expect([file, existsSync(file)]).toEqual([file, true]);
    expect([title, holdsTest(file, title)]).toEqual([title, true]);
  });

  test("a title that is only a part of one, or that of a group, is no test", () => {
    expect(holdsTest("test/domain/plans/plan.test.ts", "puts Upgrade Required before")).toBe(false);
    expect(holdsTest("test/domain/plans/plan.test.ts", "a plan")).toBe(false);
    expect(commandsIn("`/agents check SERVER --agent NAME`, and more")).toEqual([{ name: "check", flags: ["agent"] }]);
  });
});
